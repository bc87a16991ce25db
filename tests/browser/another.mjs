// Another gateway (and, where it is told to, another desk) over the quickstart's registry: with another idle time, or some
// days ahead. It tells the desk nothing, so that what the quickstart's own gateway says stays whole.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** Debian's library that moves a program's clock. */
function movedClock() {
    const found = fs.readdirSync('/usr/lib').map(name => `/usr/lib/${name}/faketime/libfaketime.so.1`).find(library => fs.existsSync(library));
    if (!found) throw new Error('faketime is needed for this test');
    return found;
}

const free = () => new Promise((resolve, reject) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
        const { port } = server.address();
        server.close(() => resolve(port));
    });
    server.on('error', reject);
});

async function until(what, holds) {
    const deadline = Date.now() + 60_000;
    while (!await holds()) {
        if (Date.now() > deadline) throw new Error(`not in time: ${what}`);
        await new Promise(resolve => setTimeout(resolve, 50));
    }
}

/** Starts it; gives back where it is, and how to end it. `idle` is a time of gateway.toml, `days` how far it is ahead. */
export async function another(env, { idle = '30m', days = 0 }) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sekisho-another-'));
    const [service, help, operations] = [await free(), await free(), await free()];
    const old = new URL(env.SITE_URL).port;
    const ports = text => text
        .replaceAll(`localhost:${old}/`, `localhost:${service}/`)
        .replaceAll(`127.0.0.1:${old}"`, `127.0.0.1:${service}"`)
        .replaceAll(`127.0.0.1:${Number(old) + 1}`, `127.0.0.1:${help}`)
        .replaceAll(`127.0.0.1:${Number(old) + 2}`, `127.0.0.1:${operations}`);
    const running = [];
    const start = (name, command) => {
        const log = fs.openSync(path.join(folder, `${name}.out`), 'w');
        // The library itself: the program `faketime` leaves a semaphore behind when it is killed, and does nothing under the same number again.
        const clock = days ? { LD_PRELOAD: movedClock(), FAKETIME: `+${days}d` } : {};
        running.push(spawn(command[0], command.slice(1), { stdio: ['ignore', log, log], env: { ...process.env, ...clock } }));
        return running.at(-1);
    };
    const words = env.CA_TOOLS.match(/'[^']*'|\S+/g).map(word => word.replace(/^'|'$/g, ''));
    let gateway = fs.readFileSync(env.GATEWAY_CONFIG, 'utf8');
    if (days) {
        const configured = words[words.indexOf('--config') + 1];
        let desk = ports(fs.readFileSync(configured, 'utf8')).replace(/^service_url = .*$/m, `service_url = "https://localhost:${service}"`);
        for (const [, socket] of desk.matchAll(/^(?:public_)?socket = "(.*)"$/gm)) {
            const own = path.join(folder, path.basename(socket));
            desk = desk.replaceAll(`"${socket}"`, `"${own}"`);
            gateway = gateway.replaceAll(`unix:${socket}"`, `unix:${own}"`);
        }
        const file = path.join(folder, 'ca.toml');
        fs.writeFileSync(file, desk);
        start('desk', [words[0], '--config', file, 'serve']);
        await until('the other desk is open', async () => fs.existsSync(path.join(folder, 'desk-public.sock')));
    }
    gateway = ports(gateway)
        .replace(/^name = "quickstart"$/m, 'name = "another"')
        .replace(/^\[reports\]\ndesk = "desk"\n/m, '')
        .replace(/^url = ".*"\n\n\[devices\]/m, `url = "memory:"\nidle = "${idle}"\n\n[devices]`)
        .replace(/^service_url = .*$/m, `service_url = "https://localhost:${service}"`)
        .replace(/^(state|file|checkpoints) = "(.*)"$/gm, (_, key, file) => `${key} = "${path.join(folder, path.basename(file))}"`);
    const file = path.join(folder, 'gateway.toml');
    fs.writeFileSync(file, gateway);
    const gate = start('gateway', [env.GATEWAY, 'run', '--config', file]);
    await until(`the other gateway is ready (${folder}/gateway.out)`, async () => {
        if (gate.exitCode !== null) throw new Error(fs.readFileSync(path.join(folder, 'gateway.out'), 'utf8'));
        return fetch(`http://127.0.0.1:${operations}/readyz`).then(answer => answer.ok, () => false);
    });
    return {
        SITE_URL: `https://localhost:${service}`,
        HELP_URL: `https://127.0.0.1:${help}`,
        end: async () => {
            for (const program of running.reverse()) {
                const ended = new Promise(resolve => program.once('exit', resolve));
                if (program.exitCode === null && program.kill()) await ended;
            }
            fs.rmSync(folder, { recursive: true, force: true });
        },
    };
}
