//! Empty: the manifest beside this file names packages for the data that they carry.
