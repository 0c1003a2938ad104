#include "core/base/StoredCause.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

class StoredCauseTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void comesBackAsItWasStored_data()
    {
        QTest::addColumn<StoredCause>("cause");
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("code") << StoredCause{"delivery.stale", {}} << QByteArray("code:delivery.stale");
        QTest::newRow("argument") << StoredCause{"job.x", {"a"}} << QByteArray("code:job.x [\"a\"]");
        QTest::newRow("hostile arguments")
            << StoredCause{"job.x", {"\"] code:job.y [\"", "line\nbreak", "%1"}}
            << QByteArray("code:job.x [\"\\\"] code:job.y [\\\"\",\"line\\nbreak\",\"%1\"]");
    }

    void comesBackAsItWasStored()
    {
        QFETCH(StoredCause, cause);
        QFETCH(QByteArray, text);
        QCOMPARE(QByteArray::fromStdString(cause.text()), text);
        const auto parsed = StoredCause::parse(text.toStdString());
        QVERIFY(parsed.has_value());
        QVERIFY(*parsed == cause);
    }

    void anythingElseIsASentence_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char* text :
             {"", "This event was taken before.", "code", "code:", "code: x", "code:delivery stale",
              "code:a-b", "code:job.x [1]", "code:job.x [[\"a\"]]", "code:job.x {\"a\":\"b\"}",
              "code:job.x [\"a\"", "code:job.x [\"a\"] more", "code:job.x ", " code:job.x",
              "code:job.x [\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]"}) {
            QTest::newRow(text) << QByteArray(text);
        }
        QTest::newRow("too long") << QByteArray("code:") + QByteArray(20'000, 'a');
    }

    void anythingElseIsASentence()
    {
        QFETCH(QByteArray, text);
        QVERIFY(!StoredCause::parse(text.toStdString()).has_value());
    }

    void noSentenceBecomesACause()
    {
        QCOMPARE(storedSentence("because"), std::string("because"));
        QCOMPARE(storedSentence({}), std::string());
        const std::string typed = "code:job.withdrawn";
        QVERIFY(StoredCause::parse(typed).has_value());
        QVERIFY(!StoredCause::parse(storedSentence(typed)).has_value());
        QCOMPARE(storedSentence(typed), ' ' + typed);
    }

    void argumentsAreNotRead()
    {
        const std::vector<std::string> arguments = {"%2", "%1"};
        QCOMPARE(causeSentence(QStringLiteral("%1 and %2."), arguments), QStringLiteral("%2 and %1."));
        QCOMPARE(causeSentence(QStringLiteral("only %1."), arguments), QStringLiteral("only %2."));
        QCOMPARE(causeSentence(QStringLiteral("none."), arguments), QStringLiteral("none."));
        QCOMPARE(causeSentence(QStringLiteral("%1, %2."), {}), QStringLiteral(", ."));
    }
};

COUNTERSIGN_APPLESS_TEST(StoredCauseTest)
#include "StoredCause_test.moc"
