#include "services/relay/store/postgres/PostgresConnectionInfo.h"

#include "tests/support/TestProgram.h"

#include <QTest>

#include <algorithm>

using namespace countersign;
using namespace countersign::relay;

namespace {

std::string valueOf(const PostgresConnectionInfo& target, std::string_view name)
{
    const auto& all = target.parameters();
    const auto found =
        std::find_if(all.begin(), all.end(), [name](const auto& one) { return one.first == name; });
    return found == all.end() ? std::string() : found->second;
}

}  // namespace

class PostgresConnectionInfoTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesAUrlApart()
    {
        const auto target = PostgresConnectionInfo::parse(
            "postgresql://relay:p%40ss%3Aword@db1:5433,db2/mail%20box?sslmode=verify-full&connect_timeout=3");
        QVERIFY(target.has_value());
        QCOMPARE(valueOf(*target, "user"), std::string("relay"));
        QCOMPARE(valueOf(*target, "host"), std::string("db1,db2"));
        QCOMPARE(valueOf(*target, "port"), std::string("5433,"));
        QCOMPARE(valueOf(*target, "dbname"), std::string("mail box"));
        QCOMPARE(valueOf(*target, "sslmode"), std::string("verify-full"));
        QCOMPARE(target->password().text(), std::string_view("p@ss:word"));
        QCOMPARE(valueOf(*target, "password"), std::string());
        const auto query = PostgresConnectionInfo::parse("postgres:///relay?host=/run/pg&pass%77ord=hush");
        QCOMPARE(query->password().text(), std::string_view("hush"));
        QCOMPARE(valueOf(*query, "host"), std::string("/run/pg"));
        QVERIFY(PostgresConnectionInfo::parse("postgresql://")->password().isEmpty());
    }

    void refusesWithoutQuoting_data()
    {
        QTest::addColumn<QString>("url");
        for (const char* url :
             {"postgresql://relay:planted@secret@host/db", "postgresql://relay:planted/secret@host/db",
              "postgresql://relay:planted?secret@host/db", "postgresql://relay:planted%zz@host/db",
              "postgresql://relay:planted%00@host/db", "postgresql://relay:planted@[host/db",
              "postgresql://relay@host/db?planted=1", "postgresql://relay@host/db?password=planted&x",
              "postgresql://relay@host/db?options=-c%20planted",
              "postgresql://relay@host/db?client_encoding=planted",
              "postgresql://relay@host/db?replication=planted", "postgresql:/planted", "host=planted"}) {
            QTest::newRow(url) << QString::fromLatin1(url);
        }
    }
    void refusesWithoutQuoting()
    {
        QFETCH(const QString, url);
        const auto target = PostgresConnectionInfo::parse(url.toStdString());
        QVERIFY(!target.has_value());
        QVERIFY(target.error().code == ErrorCode::InvalidInput);
        const QString told = target.error().sentence + target.error().detail;
        QVERIFY(!told.contains(QStringLiteral("planted")));
        QVERIFY(!told.contains(QStringLiteral("secret")));
    }

    void knowsUrlsWithPasswords()
    {
        for (const char* url : {"postgresql://u:p@h/d", "postgres://u:@h", "postgresql://h/d?password=p",
                                "postgresql://h/d?pass%77ord=p", "postgresql://u:a@b@h"}) {
            QVERIFY2(PostgresConnectionInfo::mayHoldPassword(url), url);
        }
        for (const char* url : {"postgresql://u@h/d", "postgresql://h:5432/d", "postgresql://u@h:5432/d",
                                "postgresql:///d", "sqlite:relay.sqlite"}) {
            QVERIFY2(!PostgresConnectionInfo::mayHoldPassword(url), url);
        }
        QVERIFY(PostgresConnectionInfo::isUrl("postgres://h") &&
                PostgresConnectionInfo::isUrl("postgresql://h"));
        QVERIFY(!PostgresConnectionInfo::isUrl("sqlite:postgresql://h") &&
                !PostgresConnectionInfo::isUrl("postgresql:h"));
    }
};

COUNTERSIGN_GUILESS_TEST(PostgresConnectionInfoTest)
#include "PostgresConnectionInfo_test.moc"
