#include "services/relay/store/RelayDatabase.h"

#include "tests/support/TestProgram.h"

#include <QTemporaryDir>
#include <QTest>

using namespace countersign;
using namespace countersign::relay;

class RelayDatabaseTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void urls()
    {
        const QTemporaryDir folder;
        const auto code = [](const std::string& url) {
            const auto store = openRelayDatabase(url, OpenMode::Existing);
            return store ? std::optional<ErrorCode>() : store.error().code;
        };
        const std::string file = "sqlite:" + folder.filePath(QStringLiteral("r")).toStdString();
        QVERIFY(code(file) == ErrorCode::NotFound);
        QVERIFY(openRelayDatabase(file, OpenMode::CreateIfMissing).has_value());
        QVERIFY(!code(file).has_value());
        QVERIFY(code("postgresql://u@127.0.0.1:1/db") == ErrorCode::Storage);
        QVERIFY(code("postgres://u@127.0.0.1:1/db") == ErrorCode::Storage);
        for (const char* url : {"", "sqlite:", "mysql://x", "relay.sqlite"}) {
            QVERIFY2(code(url) == ErrorCode::InvalidInput, url);
        }
        QVERIFY(openRelayDatabase("sqlite:/nowhere/at/all/r", OpenMode::CreateIfMissing).error().code ==
                ErrorCode::NotFound);
    }
};

COUNTERSIGN_GUILESS_TEST(RelayDatabaseTest)
#include "RelayDatabase_test.moc"
