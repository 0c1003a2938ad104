#include "core/search/SearchQuery.h"

#include "tests/support/TestProgram.h"

#include <QTest>

#include <random>

using namespace countersign;

class SearchQueryTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsWordsAndNames()
    {
        const auto query = SearchQuery::parse(
            "  0x52cA status:Active chain:sol reason:\"lost laptop\" \"two words\"\tkind:JOB "
            "before:2026-01-01 "
            "after:2025-01-01T12:00:00Z ");
        QVERIFY2(query.has_value(), qPrintable(query ? QString() : query.error().sentence));
        QCOMPARE(query->words, (std::vector<std::string>{"0x52cA", "two words"}));
        QCOMPARE(query->named.at(SearchName::State), std::string("active"));
        QCOMPARE(query->named.at(SearchName::Chain), std::string("SVM"));
        QCOMPARE(query->named.at(SearchName::Reason), std::string("lost laptop"));
        QCOMPARE(query->named.at(SearchName::Kind), std::string("job"));
        QCOMPARE(query->before, fromIso8601("2026-01-01T00:00:00Z"));
        QCOMPARE(query->after, fromIso8601("2025-01-01T12:00:00Z"));
        QVERIFY(SearchQuery::parse("")->isEmpty() && SearchQuery::parse(" \t ")->isEmpty());
        QVERIFY(SearchQuery::parse("\"\"")->isEmpty());
        QCOMPARE(SearchQuery::parse("\"https://x\"")->words.front(), std::string("https://x"));
        QCOMPARE(SearchQuery::parse("12:30")->words.front(), std::string("12:30"));
    }

    void mistakesAreNamed_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("named");
        const auto row = [](const char* text, const char* named) {
            QTest::newRow(text) << QByteArray(text) << QString::fromUtf8(named);
        };
        row("abc \"def", "character 5");
        row("\"a\"b", "character 3");
        row("ab\"c", "character 3");
        row("https://x", "“https:”");
        row("colour:red", "“colour:”");
        row("status:", "“status:” has no value");
        row("status:\"\"", "“status:” has no value");
        row("status:active status:revoked", "“status:” stands twice");
        row("before:2026-01-01 before:2026-01-02", "“before:” stands twice");
        row("status:sideways", "“sideways”");
        row("health:fine", "“fine”");
        row("kind:thing", "“thing”");
        row("verdict:guilty", "“guilty”");
        row("before:yesterday", "“yesterday”");
        row("before:2026-02-30", "“2026-02-30”");
        row("before:2026-13-01T00:00:00Z", "“2026-13-01T00:00:00Z”");
        row("a\nb", "nobody can see");
        row("a\x01", "nobody can see");
        row("\xff", "nobody can see");
        QTest::newRow("zero") << QByteArray("a\0b", 3) << QStringLiteral("nobody can see");
        QTest::newRow("long") << QByteArray(513, 'x') << QStringLiteral("512");
        QTest::newRow("many") << QByteArray("x ").repeated(17) << QStringLiteral("16");
    }
    void mistakesAreNamed()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, named);
        const auto query = SearchQuery::parse(text.toStdString());
        QVERIFY(!query);
        QCOMPARE(query.error().code, ErrorCode::InvalidInput);
        QVERIFY2(query.error().sentence.contains(named), qPrintable(query.error().sentence));
    }

    void concernsTheListsThatKnowAllItsNames()
    {
        const auto groupsOf = [](const char* text) {
            QStringList groups;
            for (const SearchGroup group : searchGroups) {
                if (SearchQuery::parse(text)->concerns(group)) {
                    groups << QString::fromLatin1(toText(group).data());
                }
            }
            return groups.join(u' ');
        };
        QCOMPARE(groupsOf("x"), QStringLiteral("wallet job event revocation record"));
        QCOMPARE(groupsOf("kind:event"), QStringLiteral("event"));
        QCOMPARE(groupsOf("status:active"), QStringLiteral("wallet"));
        QCOMPARE(groupsOf("status:pending"), QStringLiteral("job"));
        QCOMPARE(groupsOf("reason:x"), QStringLiteral("job revocation"));
        QCOMPARE(groupsOf("verdict:applied chain:evm"), QString());
        QCOMPARE(groupsOf("health:ok kind:job"), QString());
        QCOMPARE(groupsOf("before:2026-01-01 wallet:x"),
                 QStringLiteral("wallet job event revocation record"));
        QCOMPARE(groupsOf("job:x"), QStringLiteral("job record"));
        QCOMPARE(groupsOf("kind:record"), QStringLiteral("record"));
    }

    void anyBytesAreAnAnswer()
    {
        std::mt19937 random(7);
        const std::string alphabet = "ab:\" \t\\%_'\xc3\xa9\xff\x01status:kind:";
        for (int i = 0; i < 20'000; ++i) {
            std::string text;
            for (std::size_t length = random() % 40; length > 0; --length) {
                text += alphabet[random() % alphabet.size()];
            }
            if (const auto query = SearchQuery::parse(text)) {
                QVERIFY(query->words.size() + query->named.size() <= SearchQuery::maxTerms);
            } else {
                QVERIFY(!query.error().sentence.isEmpty());
            }
        }
    }
};

COUNTERSIGN_APPLESS_TEST(SearchQueryTest)
#include "SearchQuery_test.moc"
