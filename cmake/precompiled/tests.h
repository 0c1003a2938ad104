#pragma once
// What most tests include from outside.
#include "cmake/precompiled/core.h"

#include <QElapsedTimer>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
