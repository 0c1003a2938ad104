#pragma once

namespace countersign {

/// Disables core dumps: a crash must not write the memory of a program that holds secrets to disk. Sets the
/// core file limit to zero and, outside a Snap, marks the process as not dumpable, which also keeps other
/// programs of the same user from attaching to it. Best effort: the first call of every main() that opens a
/// profile or a key; failing changes nothing.
void disableCoreDumps() noexcept;

/// Ignores SIGXFSZ and SIGPIPE. A service whose disk quota (RLIMIT_FSIZE) is used up, or whose log's reader
/// has gone, must find that in the result of its write and tell its callers, instead of being killed by a
/// signal.
void ignoreWriteSignals() noexcept;

/// The first half alone, for the window and the command line: where the shell limits the size of files
/// (ulimit -f), writing beyond it is an error like a full disk and not the end of the program in the middle
/// of whatever it does.
void ignoreFileSizeSignal() noexcept;

}  // namespace countersign
