// What packages ask of Node's `tty`: whether they may write in colours.

export const isatty = () => false;
