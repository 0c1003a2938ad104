#include "app/cli/input/Numbers.h"

#include "app/cli/CommandTable.h"
#include "tests/support/TestProgram.h"

#include <QTest>

#include <limits>

using namespace countersign;
using namespace countersign::cli;
using namespace Qt::StringLiterals;

class NumbersTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsDecimalDigits()
    {
        QCOMPARE(parsePositive(u"1"_s).value(), 1);
        QCOMPARE(parsePositive(u"007"_s).value(), 7);
        QCOMPARE(parsePositive(u"9223372036854775807"_s).value(), std::numeric_limits<std::int64_t>::max());
    }

    /// They name rows to be dropped and entries to be exported: what is not a plain number is not rounded,
    /// cut off or converted into one.
    void readsNothingElse_data()
    {
        QTest::addColumn<QString>("text");
        int row = 0;
        for (const QString& text : {QString(),
                                    u"0"_s,
                                    u"00"_s,
                                    u"-1"_s,
                                    u"+1"_s,
                                    u" 1"_s,
                                    u"1 "_s,
                                    u"1\n"_s,
                                    u"1.0"_s,
                                    u"1e3"_s,
                                    u"0x10"_s,
                                    u"1,000"_s,
                                    u"1'000"_s,
                                    u"1_000"_s,
                                    u"one"_s,
                                    u"9223372036854775808"_s,
                                    u"18446744073709551617"_s,
                                    QString(400, u'9'),
                                    u"１"_s,
                                    u"١"_s,
                                    u"²"_s,
                                    u"1\u200b"_s,
                                    u"1\u202e"_s}) {
            QTest::addRow("%d: %s", ++row, qPrintable(text.left(20).simplified())) << text;
        }
        QTest::newRow("zero byte") << QString(QChar(u'1')) + QChar(u'\0');
    }

    void readsNothingElse()
    {
        QFETCH(const QString, text);
        const auto number = parsePositive(text);
        QVERIFY(!number);
        QCOMPARE(number.error().code, ErrorCode::InvalidInput);
    }

    void anOptionMayBeLeftOut()
    {
        CommandTable table;
        table.add({.words = u"list"_s,
                   .summary = u"Lists."_s,
                   .details = {},
                   .options = {{.name = QLatin1StringView("limit"),
                                .valueName = u"N"_s,
                                .description = u"how many"_s}},
                   .positionals = {},
                   .run = {}});
        const auto limit = [&](const std::vector<std::string>& words) {
            return positiveOption(table.select(words).arguments, QLatin1StringView("limit"), 50);
        };
        QCOMPARE(limit({"list"}).value(), 50);
        QCOMPARE(limit({"list", "--limit", "7"}).value(), 7);
        for (const char* text : {"", "0", "-1", "seven"}) {
            const auto odd = limit({"list", std::string("--limit=") + text});
            QVERIFY2(!odd, text);
            QCOMPARE(odd.error().code, ErrorCode::InvalidInput);
            QVERIFY(odd.error().sentence.contains(u"--limit"_s));
        }
    }
};

COUNTERSIGN_APPLESS_TEST(NumbersTest)
#include "Numbers_test.moc"
