#pragma once

#include <QString>
#include <QTemporaryDir>

namespace countersign::testing {

/// A new empty database for the relay; with SQLite the file is not made yet. The same tests run on both of
/// the relay's databases: CTest runs each program once as it is (SQLite) and once with
/// COUNTERSIGN_TEST_DATABASE=postgresql, where all databases of one program lie on one server.
class TestDatabase
{
public:
    TestDatabase();

    static bool isPostgres();
    /// For initTestCase(): why the tests cannot run; empty when they can. Starts the server.
    static QString whyNot();

    QString url() const { return m_url; }
    /// SQLite's.
    QString folder() const { return m_folder.path(); }

private:
    QTemporaryDir m_folder;
    QString m_url;
};

}  // namespace countersign::testing
