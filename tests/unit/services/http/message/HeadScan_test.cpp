#include "services/http/message/HeadScan.h"

#include "tests/support/TestProgram.h"

#include <QRandomGenerator>
#include <QTest>

#include <string>

using namespace countersign;

namespace {

http::HeadScan::State stateOf(std::string_view bytes)
{
    return http::HeadScan().feed(bytes);
}

}  // namespace

class HeadScanTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsTheEnd()
    {
        const std::string head = "GET / HTTP/1.1\r\nHost: a\r\nX:\tb \t\r\n\r\n";
        http::HeadScan scan;
        QVERIFY(scan.feed(head + "POST / and more") == http::HeadScan::State::Complete);
        QCOMPARE(scan.size(), head.size());
        QVERIFY(stateOf(std::string_view(head).substr(0, head.size() - 1)) ==
                http::HeadScan::State::NeedsMore);
        QVERIFY(stateOf({}) == http::HeadScan::State::NeedsMore);
        // Bytes beyond ASCII are Beast's and the target's business.
        QVERIFY(stateOf("GET / HTTP/1.1\r\nX: \xff\xe2\x82\xac\r\n\r\n") == http::HeadScan::State::Complete);
    }

    void refuses_data()
    {
        using namespace std::string_literals;
        QTest::addColumn<QByteArray>("bytes");
        const auto row = [](const char* name, const std::string& bytes) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes);
        };
        row("bare LF", "GET / HTTP/1.1\nHost");
        row("bare LF in a field", "GET / HTTP/1.1\r\nA: b\nC: d");
        row("bare CR", "GET / HTTP/1.1\r\nA: b\rC");
        row("two CRs", "GET / HTTP/1.1\r\r\n");
        row("folded by a space", "GET / HTTP/1.1\r\nA: b\r\n c");
        row("folded by a tab", "GET / HTTP/1.1\r\nA: b\r\n\tc");
        row("a line of blanks", "GET / HTTP/1.1\r\nA: b\r\n \r\n");
        row("a blank before the first field", "GET / HTTP/1.1\r\n Host: a");
        row("a blank before the request line", " GET");
        row("NUL", "GET / HTTP/1.1\r\nA: \0b"s);
        row("NUL in the target", "GET /\0"s);
        row("DEL", "GET / HTTP/1.1\r\nA: \x7f");
        row("a control character", "\x16\x03\x01");
    }

    /// At the byte that does it, not only when the head is whole: no client is waited for after that.
    void refuses()
    {
        QFETCH(QByteArray, bytes);
        const std::string_view text(bytes.constData(), static_cast<std::size_t>(bytes.size()));
        http::HeadScan scan;
        QVERIFY(scan.feed(text) == http::HeadScan::State::Refused);
        QVERIFY(*scan.reason() != 0);
        QVERIFY(scan.feed(std::string(text) + "\r\n\r\n") == http::HeadScan::State::Refused);
    }

    /// However the bytes arrive, the verdict is the same, and what passes has none of the shapes.
    void pieces()
    {
        const std::string alphabet("\r\n\r\n\r\n \t:aG/\0\x7f", 14);
        for (int round = 0; round < 20'000; ++round) {
            std::string bytes = "G";
            const int length = QRandomGenerator::global()->bounded(1, 24);
            for (int i = 0; i < length; ++i) {
                bytes += alphabet[static_cast<std::size_t>(QRandomGenerator::global()->bounded(14))];
                bytes += round % 2 == 0 && bytes.back() == '\r' ? "\n" : "";
            }
            const http::HeadScan::State whole = stateOf(bytes);
            http::HeadScan scan;
            std::size_t size = 0;
            while (size < bytes.size()) {
                size = std::min<std::size_t>(bytes.size(), size + QRandomGenerator::global()->bounded(4U));
                scan.feed(std::string_view(bytes).substr(0, size));
            }
            QVERIFY(scan.feed(bytes) == whole);
            if (whole == http::HeadScan::State::Complete) {
                const std::string head = bytes.substr(0, scan.size());
                QVERIFY(head.ends_with("\r\n\r\n") && head.find("\r\n\r\n") == head.size() - 4);
                QVERIFY(head.find("\r\n ") == std::string::npos && head.find("\r\n\t") == std::string::npos);
                QVERIFY(head.find('\0') == std::string::npos && head.find('\x7f') == std::string::npos);
            }
        }
    }

    void emptyLinesBeforeARequest()
    {
        QCOMPARE(http::HeadScan::emptyLineBytes("GET"), std::size_t(0));
        QCOMPARE(http::HeadScan::emptyLineBytes("\r\nGET"), std::size_t(2));
        QCOMPARE(http::HeadScan::emptyLineBytes("\r\n\r\n\r"), std::size_t(4));
        QCOMPARE(http::HeadScan::emptyLineBytes("\n\r\n"), std::size_t(0));
    }
};

COUNTERSIGN_GUILESS_TEST(HeadScanTest)
#include "HeadScan_test.moc"
