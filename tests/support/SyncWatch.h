#pragma once

namespace countersign::testing {

// Why: what a program asks of the disk is a promise of its own, to be counted and to be broken. SyncWatch.cpp
// defines fsync and fdatasync themselves, for the program that it is compiled into and every library of it
// (SQLite's too), and passes them on to the system.

/// Syncs of files and folders since the program began.
int syncsSoFar();

/// The n-th sync from now on (1: the next) fails with EIO and syncs nothing; 0: none does.
void failSync(int n);

}  // namespace countersign::testing
