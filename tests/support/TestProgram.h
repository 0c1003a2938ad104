#pragma once
// A class of tests registers itself with the program of its folder, which runs the class that its first
// argument names:
//     tests_unit_vault Vault [options of QTest…]
// One program for a folder is linked once, where a program for each class linked the same libraries dozens of
// times. These macros stand where QTEST_MAIN and its kin would.
#include "tests/support/Waiting.h"

#include <QCoreApplication>
#include <QTest>

namespace countersign::tests {

/// Enters a class under its name (a trailing "Test" is dropped) before main() runs.
bool registerTestClass(const char* className, int (*run)(int argc, char** argv));

}  // namespace countersign::tests

// clang-format off: it takes Application, a statement, for a type
#define COUNTERSIGN_TEST_IN(Class, Application)  \
    static int run##Class(int argc, char** argv) \
    {                                            \
        Application Class tests;                 \
        return QTest::qExec(&tests, argc, argv); \
    }                                            \
    static const bool registered##Class = countersign::tests::registerTestClass(#Class, &run##Class);
// clang-format on

/// Tests without any application object.
#define COUNTERSIGN_APPLESS_TEST(Class) COUNTERSIGN_TEST_IN(Class, )
/// Tests that need an event loop.
#define COUNTERSIGN_GUILESS_TEST(Class) COUNTERSIGN_TEST_IN(Class, QCoreApplication app(argc, argv);)
/// Tests that open windows; the file includes <QApplication>.
#define COUNTERSIGN_GUI_TEST(Class) COUNTERSIGN_TEST_IN(Class, QApplication app(argc, argv);)
