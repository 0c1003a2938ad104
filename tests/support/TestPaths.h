#pragma once

#include <QString>

namespace countersign {

/// Paths of the checkout and of the built programs. The checkout's path as a definition of every test's
/// compilation would keep compiler caches from sharing the objects of two checkouts. One object knows it
/// instead.
///
/// `relative` in the checkout, "" for its root; never ends in a slash of its own.
QString sourcePath(const char* relative);

/// `relative` to the folder of the built programs.
QString programPath(const char* relative);

}  // namespace countersign
