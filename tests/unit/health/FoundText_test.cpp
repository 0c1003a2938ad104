#include "core/health/FoundText.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;
using namespace Qt::StringLiterals;

class FoundTextTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isShownAsItIs()
    {
        QCOMPARE(shownText("https://relay.example/in?a=%20b"), u"https://relay.example/in?a=%20b"_s);
        QCOMPARE(shownText("Zoë 日本 🔑"), u"Zoë 日本 🔑"_s);
        QCOMPARE(shownText(""), QString());
    }

    /// A finding is one line of a report and of a terminal: nobody's words may break it, or turn it around.
    void steersNothing_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("shown");
        const auto row = [](const char* name, const QByteArray& text, const QString& shown) {
            QTest::newRow(name) << text << shown;
        };
        row("line", "a\nb\r\nc", u"a b c"_s);
        row("line separator",
            "a\xe2\x80\xa8"
            "b",
            u"a b"_s);
        row("zero", QByteArray("a\0b", 3), u"ab"_s);
        row("escape sequence", "\x1b[31mred\x1b[0m", u"[31mred[0m"_s);
        row("C1",
            "a\xc2\x9b"
            "31m",
            u"a31m"_s);
        row("right to left",
            "a\xe2\x80\xae"
            "b\xe2\x80\xac",
            u"ab"_s);
        row("isolate",
            "\xe2\x81\xa7"
            "a\xe2\x81\xa9",
            u"a"_s);
        row("zero width",
            "a\xe2\x80\x8b"
            "b\xef\xbb\xbf",
            u"ab"_s);
        row("no UTF-8",
            "a\xff"
            "b",
            u"a\ufffdb"_s);
        row("surrogate", "\xed\xa0\x80", u"\ufffd\ufffd\ufffd"_s);
        row("blanks", "  a \t  b  ", u"a b"_s);
    }

    void steersNothing()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const QString, shown);
        QCOMPARE(shownText(text.toStdString()), shown);
    }

    void isBounded()
    {
        QCOMPARE(shownText(std::string(200, 'x')), QString(200, u'x'));
        QCOMPARE(shownText(std::string(201, 'x')), QString(199, u'x') + u'…');
        QCOMPARE(shownText(std::string(1'000'000, 'x')).size(), 200);
        // No character is cut in half.
        std::string keys;
        for (int i = 0; i < 150; ++i) {
            keys += "🔑";
        }
        const QString shown = shownText("a" + keys);
        QVERIFY(shown.size() <= 200);
        QVERIFY(shown.endsWith(u'…'));
        QVERIFY(!shown.chopped(1).back().isHighSurrogate());
    }

    void theDetailIsInBrackets()
    {
        QCOMPARE(withDetail(u"Title."_s, "why"), u"Title. (why)"_s);
        QCOMPARE(withDetail(u"Title."_s, ""), u"Title."_s);
        QCOMPARE(withDetail(u"Title."_s, "a\nb"), u"Title. (a b)"_s);
        QCOMPARE(withDetail(u"Title."_s, std::string(300, 'x')),
                 u"Title. ("_s + QString(199, u'x') + u"…)"_s);
        // What stands in a title stays what it is.
        QCOMPARE(withDetail(u"%1 Title"_s, "%2"), u"%1 Title (%2)"_s);
    }

    /// Brackets around nothing would look like something that was lost.
    void whatNobodySeesIsNoDetail()
    {
        for (const char* text : {" ", "\n", "\xe2\x80\x8b", "\x1b"}) {
            QCOMPARE(withDetail(u"Title."_s, text), u"Title."_s);
        }
    }
};

COUNTERSIGN_APPLESS_TEST(FoundTextTest)
#include "FoundText_test.moc"
