//! The memory of a sandbox with many customers, measured by an allocator that counts. The allocator counts all threads,
//! so this binary has one test.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::RangeInclusive;
use std::path::Path;

use mediaconnect_sandbox::{Customer, Sandbox, seed};
use peak_alloc::PeakAlloc;
use tempfile::TempDir;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The most bytes for each customer. 90,000 customers then take 54 MB, and the program itself takes some 40 MB. So the process
/// stays below 100 MB.
const MAX_BYTES: usize = 600;

#[tokio::test]
async fn a_seeded_customer_takes_at_most_600_bytes_even_while_the_seed_is_read() {
    // Reads the contract, which all sandboxes of a process share.
    drop(Sandbox::builder().in_memory());
    let directory = TempDir::new().unwrap();
    check(&directory.path().join("customers.json"), ["[", ",", "]"], 1..=20_000).await;
    check(&directory.path().join("customers.yaml"), ["- ", "\n- ", "\n"], 1..=4_000).await;
}

async fn check(seed: &Path, [start, separator, end]: [&str; 3], numbers: RangeInclusive<i64>) {
    let mut file = BufWriter::new(File::create(seed).unwrap());
    let last = *numbers.end();
    for number in numbers {
        file.write_all(if number == 1 { start } else { separator }.as_bytes()).unwrap();
        serde_json::to_writer(&mut file, &Customer::invented(number)).unwrap();
    }
    file.write_all(end.as_bytes()).unwrap();
    drop(file);

    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let sandbox = Sandbox::builder().customers(seed::read(seed).unwrap()).in_memory();
    let client = sandbox.client();
    let found = client.customers().info(last.to_string().parse().unwrap()).await.unwrap();
    let customers = usize::try_from(last).unwrap();
    let (peak, kept) = (MEMORY.peak_usage() - before, MEMORY.current_usage() - before);
    println!("{}: {} bytes a customer, {} at the peak", seed.display(), kept / customers, peak / customers);
    assert_eq!(found.emails[0].as_str(), format!("customer-{last}@example.com"));
    // The memory of the client, the response and a piece of the seed. It does not depend on the number of customers.
    let others = 4_000_000;
    assert!(peak <= customers * MAX_BYTES + others, "{peak} bytes for {customers} customers");
}
