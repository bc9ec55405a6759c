// Shows the contract's reference in Swagger UI, which is loaded when it is shown for the first time.

import { read } from "./api.js";
import { byId, element } from "./dom.js";

/** Stands for the token of client mode until a request needs the real token. */
const PLACEHOLDER = "token-of-the-sandbox";

let isLoaded = false;
let token = null;

export async function show(settings) {
  if (isLoaded) return;
  isLoaded = true;
  byId("viewer-name").textContent = settings.viewer;
  document.head.append(element("link", { rel: "stylesheet", href: "/ui/swagger-ui.css" }));
  const [contract] = await Promise.all([read("/ui/contract"), script("/ui/swagger-ui-bundle.js")]);
  const tokens = pointToSandbox(contract, settings);
  const ui = window.SwaggerUIBundle({
    spec: contract,
    domNode: byId("viewer"),
    deepLinking: false,
    defaultModelsExpandDepth: -1,
    displayRequestDuration: true,
    docExpansion: "list",
    filter: true,
    tryItOutEnabled: true,
    validatorUrl: null,
    requestInterceptor: (request) => withToken(request, settings),
    responseInterceptor(response) {
      // The token has expired, or a fault refused it. The next request fetches a new one.
      if (response.status === 401) token = null;
      return response;
    },
    onComplete() {
      for (const [scheme, value] of tokens) ui.preauthorizeApiKey(scheme, value);
      byId("viewer").removeAttribute("aria-busy");
    },
  });
}

function script(source) {
  return new Promise((resolve, reject) => {
    const made = element("script", { src: source, onload: resolve });
    made.onerror = () => reject(new Error(`${source} cannot be loaded`));
    document.head.append(made);
  });
}

/** Replaces the servers in the contract with this sandbox. Returns the token of each security scheme. */
function pointToSandbox(contract, settings) {
  contract.servers = [{ url: location.origin + settings.basePath, description: "This sandbox." }];
  const schemes = contract.components?.securitySchemes ?? {};
  const tokens = [];
  for (const [name, scheme] of Object.entries(schemes)) {
    const isClients = scheme.flows?.clientCredentials !== undefined;
    tokens.push([name, isClients ? PLACEHOLDER : settings.userToken]);
    schemes[name] = { type: "http", scheme: "bearer", description: scheme.description };
  }
  return tokens;
}

async function withToken(request, settings) {
  if (request.headers?.Authorization === `Bearer ${PLACEHOLDER}`) {
    token ??= await fetchToken(settings);
    request.headers.Authorization = `Bearer ${token}`;
  }
  return request;
}

/** Fetches a token with the client credentials of the sandbox, which are not secret. */
async function fetchToken({ tokenPath, clientId, clientSecret }) {
  const body = new URLSearchParams({ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret });
  const response = await fetch(tokenPath, { method: "POST", body });
  if (!response.ok) throw new Error(`the token endpoint responds with status ${response.status}`);
  return (await response.json()).access_token;
}
