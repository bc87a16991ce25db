// Asks with node's own clients, over HTTP/1.1 or HTTP/2: each line "METHOD PATH" on stdin, a line of JSON for each.
import { readFileSync } from "node:fs";
import http2 from "node:http2";
import https from "node:https";

const [base, ca, cert, key, cookie, protocol] = process.argv.slice(2);
const tls = { ca: readFileSync(ca), cert: readFileSync(cert), key: readFileSync(key) };
const headers = { cookie, accept: "application/json" };
const agent = new https.Agent({ keepAlive: true, maxSockets: 1, ...tls });
const session = protocol === "h2" ? http2.connect(base, tls) : null;

function read(stream, status, done) {
  let body = "";
  stream.setEncoding("utf8");
  stream.on("data", (piece) => (body += piece));
  stream.on("aborted", () => done({ error: "aborted" }));
  stream.on("end", () => done({ status, body, protocol }));
}

function ask(method, path) {
  return new Promise((done) => {
    const failed = (error) => done({ error: String(error.code ?? error) });
    setTimeout(() => done({ error: "no answer in time" }), 10_000).unref();
    if (session) {
      session.on("error", failed);
      const stream = session.request({ ":method": method, ":path": path, ...headers });
      stream.on("error", failed);
      stream.on("response", (head) => read(stream, head[":status"], done));
      stream.end();
    } else {
      const request = https.request(base + path, { method, headers, agent });
      request.on("error", failed);
      request.on("response", (answer) => read(answer, answer.statusCode, done));
      request.end();
    }
  });
}

for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const [method, path] = line.split(" ");
  console.log(JSON.stringify({ path, ...(await ask(method, path)) }));
}
process.exit(0);
