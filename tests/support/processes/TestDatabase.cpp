#include "tests/support/processes/TestDatabase.h"

#include "tests/support/processes/PostgresServer.h"

#include <QCoreApplication>

namespace countersign::testing {

namespace {

std::unique_ptr<PostgresServer>& server()
{
    static std::unique_ptr<PostgresServer> one;
    return one;
}

}  // namespace

bool TestDatabase::isPostgres()
{
    return qgetenv("COUNTERSIGN_TEST_DATABASE") == "postgresql";
}

QString TestDatabase::whyNot()
{
    if (!isPostgres()) {
        return {};
    }
    const QString reason = PostgresServer::whyNot();
    if (reason.isEmpty()) {
        server() = std::make_unique<PostgresServer>();
        // With the application, not with the statics behind it: the server is a QProcess.
        qAddPostRoutine([] { server().reset(); });
        if (!server()->start()) {
            qFatal("PostgreSQL did not start.");
        }
    }
    return reason;
}

TestDatabase::TestDatabase()
    : m_url(isPostgres() ? server()->createDatabase()
                         : QStringLiteral("sqlite:") + m_folder.filePath(QStringLiteral("relay.sqlite")))
{}

}  // namespace countersign::testing
