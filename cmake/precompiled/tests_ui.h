#pragma once
// What most tests of windows include from outside.
#include "cmake/precompiled/ui.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
