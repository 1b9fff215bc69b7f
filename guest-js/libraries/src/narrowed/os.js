// What packages ask of Node's `os`, to say where they run.

export const EOL = "\n";
export const arch = () => "x64";
export const cpus = () => [];
export const endianness = () => "LE";
export const freemem = () => 0;
export const homedir = () => "/";
export const hostname = () => "localhost";
export const loadavg = () => [0, 0, 0];
export const networkInterfaces = () => ({});
export const platform = () => "linux";
export const release = () => "";
export const tmpdir = () => "/tmp";
export const totalmem = () => 0;
export const type = () => "Linux";
export const uptime = () => 0;
export const userInfo = () => ({ uid: -1, gid: -1, username: "", homedir: "/", shell: null });
export const version = () => "";
export const constants = { signals: {} };
