// A headless Chromium that is told what to do by lines of JSON on standard input, and answers each with one.
// The browser is the one of @sparticuz/chromium; BROWSER names another.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { tmpdir } from "node:os";
import { join } from "node:path";

const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const ARGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--font-render-hinting=none"];

async function launch() {
  if (process.env.BROWSER) return chromium.launch({ executablePath: process.env.BROWSER, args: ARGS });
  const shipped = await import("@sparticuz/chromium");
  const executablePath = await shipped.default.executablePath();
  try {
    return await chromium.launch({ executablePath, args: ARGS });
  } catch {
    // A machine without NSS: the package brings the libraries, too.
    const folder = join(tmpdir(), "al2023");
    await shipped.inflate(join(import.meta.dirname, "node_modules/@sparticuz/chromium/bin/al2023.tar.br"));
    return chromium.launch({ executablePath, args: ARGS, env: { ...process.env, LD_LIBRARY_PATH: join(folder, "lib") } });
  }
}

const browser = await launch();
let page = null;
let seen = { console: [], requests: [] };

const commands = {
  async open({ url, width, height, dark, scripts }) {
    if (page) await page.context().close();
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: dark ? "dark" : "light",
      javaScriptEnabled: scripts,
      permissions: ["clipboard-read", "clipboard-write"],
    });
    page = await context.newPage();
    seen = { console: [], requests: [] };
    page.on("console", (message) => { if (["error", "warning"].includes(message.type())) seen.console.push(message.text()); });
    page.on("pageerror", (error) => seen.console.push(String(error)));
    page.on("request", (request) => seen.requests.push(request.url()));
    await page.goto(url);
  },
  async seen() { return seen; },
  async click({ selector }) { await page.click(selector); },
  async fill({ selector, text }) { await page.fill(selector, text); },
  async count({ selector }) { return page.locator(selector).count(); },
  async evaluate({ script }) { return page.evaluate(script); },
  async shot({ path, whole }) { await page.screenshot({ path, fullPage: whole }); },
  async axe() {
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("Page.setBypassCSP", { enabled: true });
    await page.evaluate(AXE);
    const { violations } = await page.evaluate("axe.run()");
    return violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, where: nodes.slice(0, 3).map((node) => node.html.slice(0, 200)) }));
  },
};

const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
say({ result: browser.version() });
for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...rest } = JSON.parse(line);
  try {
    say({ result: (await commands[command](rest)) ?? null });
  } catch (error) {
    say({ error: String(error) });
  }
}
await browser.close();
