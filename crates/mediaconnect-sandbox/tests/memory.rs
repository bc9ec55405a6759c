//! Measures the memory of a sandbox with many customers and many requests. The allocator counts the memory of all
//! threads, so the tests run one after the other.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use mediaconnect_sandbox::{Customer, Sandbox, seed};
use peak_alloc::PeakAlloc;
use tempfile::TempDir;
use tokio::sync::Mutex;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// The maximum number of bytes for each customer. With this maximum, 90,000 customers need at most 54 MB. The program
/// itself needs some 40 MB, so the process stays below 100 MB.
const MAX_BYTES: usize = 600;

#[tokio::test]
async fn a_seeded_customer_takes_at_most_600_bytes_even_while_the_seed_is_read() {
    let _lock = ONE_AT_A_TIME.lock().await;
    // All sandboxes of a process share the contract, so it is read before the measurement.
    drop(Sandbox::builder().in_memory());
    let directory = TempDir::new().unwrap();
    for (name, form, customers) in [("json", ["[", ",", "]"], 20_000), ("yaml", ["- ", "\n- ", "\n"], 4_000)]
    {
        let seed = directory.path().join(name).with_extension(name);
        // The run with 400 customers measures the memory that does not depend on the number of customers: that of the
        // client, the response, and one piece of the seed.
        let (others, _) = memory(&seed, form, 400).await;
        let (peak, kept) = memory(&seed, form, 400 + customers).await;
        println!("{name}: {kept} bytes kept, {peak} at the peak, {others} without {customers} customers");
        assert!(peak <= others + customers * MAX_BYTES, "{peak} bytes for {customers} customers, {others}");
    }
}

/// Writes a seed, starts a sandbox with it and looks up the last customer. Returns the memory at its peak and at the
/// end, in bytes.
async fn memory(seed: &Path, [start, separator, end]: [&str; 3], customers: usize) -> (usize, usize) {
    let mut file = BufWriter::new(File::create(seed).unwrap());
    for number in 1..=customers {
        file.write_all(if number == 1 { start } else { separator }.as_bytes()).unwrap();
        let customer = Customer::invented(number.try_into().unwrap());
        serde_json::to_writer(&mut file, &customer).unwrap();
    }
    file.write_all(end.as_bytes()).unwrap();
    drop(file);

    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let sandbox = Sandbox::builder().customers(seed::read(seed).unwrap()).in_memory();
    let client = sandbox.client();
    let found = client.customers().info(customers.to_string().parse().unwrap()).await.unwrap();
    assert_eq!(found.emails[0].as_str(), format!("customer-{customers}@example.com"));
    (MEMORY.peak_usage() - before, MEMORY.current_usage() - before)
}

/// The maximum number of bytes that 10,000 requests may need: 8 MiB for the log, and the rest for its spare capacity
/// and the client.
const MAX_LOG: usize = 11_500_000;

#[tokio::test(start_paused = true)]
async fn ten_thousand_requests_take_no_more_memory_than_the_log_may_keep() {
    let _lock = ONE_AT_A_TIME.lock().await;
    let sandbox = Sandbox::builder().in_memory();
    let client = sandbox.client();
    let number = "563457".parse().unwrap();
    client.customers().info(number).await.unwrap();
    let before = MEMORY.current_usage();
    for _ in 0..10_000 {
        client.customers().info(number).await.unwrap();
    }
    let kept = MEMORY.current_usage() - before;
    println!("{kept} bytes for {} requests in the log", sandbox.requests().len());
    assert!(kept < MAX_LOG, "{kept} bytes");
    assert!(sandbox.requests().len() > 1_000, "{} requests", sandbox.requests().len());
}
