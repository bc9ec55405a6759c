//! Hooks of the generated client: they add the context to a request and send it.

use progenitor_client::{ClientHooks, Error, OperationInfo};
use reqwest::{Request, Response, Url};

use crate::{Client, Context, send};

impl Client {
    /// The URL of a path, which begins with a slash.
    ///
    /// The base URL is not parsed again: its host alone takes more instructions than the path.
    pub(crate) fn url(&self, path: &str) -> Url {
        let mut url = self.baseurl.clone();
        url.set_path(&[self.baseurl.path().trim_end_matches('/'), path].concat());
        url
    }
}

impl ClientHooks<Context> for Client {
    async fn pre<E>(&self, request: &mut Request, _: &OperationInfo) -> Result<(), Error<E>> {
        self.inner.apply(request);
        Ok(())
    }

    async fn exec(&self, request: Request, _: &OperationInfo) -> reqwest::Result<Response> {
        send(&self.client, self.inner.carrier.as_ref(), request).await
    }
}

impl From<crate::Connection> for crate::Client {
    fn from(connection: crate::Connection) -> Self {
        Self::new_with_client(connection.base_url, connection.http, connection.context)
    }
}
