#include "app/cli/Terminal.h"

#include "tests/support/TestProgram.h"

#include <QTest>

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <thread>

using namespace countersign;
using namespace countersign::cli;

namespace {

/// A terminal whose standard input is this text.
class Typed
{
public:
    explicit Typed(std::string text)
    {
        int ends[2] = {-1, -1};
        if (::pipe(ends) != 0) {
            qFatal("no pipe");
        }
        m_input = ends[0];
        // A pipe holds 64 KiB; more has to be read while it is written.
        m_writer = std::thread([end = ends[1], text = std::move(text)] {
            std::size_t written = 0;
            while (written < text.size()) {
                const ssize_t count = ::write(end, text.data() + written, text.size() - written);
                if (count <= 0) {
                    break;
                }
                written += static_cast<std::size_t>(count);
            }
            ::close(end);
        });
    }
    ~Typed()
    {
        ::close(m_input);
        m_writer.join();
    }
    int input() const { return m_input; }

private:
    int m_input = -1;
    std::thread m_writer;
};

std::vector<QString> linesOf(const std::string& text)
{
    const Typed typed(text);
    Terminal terminal(typed.input(), -1, -1);
    std::vector<QString> lines;
    while (const auto line = terminal.nextLine()) {
        lines.push_back(*line ? QString::fromStdString(**line) : QStringLiteral("(refused)"));
    }
    return lines;
}

}  // namespace

class TerminalTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { ::signal(SIGPIPE, SIG_IGN); }

    void splitsLinesWithoutTrimming()
    {
        using Lines = std::vector<QString>;
        QVERIFY(linesOf("") == Lines{});
        QVERIFY(linesOf("\n") == Lines{QString()});
        QVERIFY(linesOf("a") == Lines{QStringLiteral("a")});
        QVERIFY(linesOf("a\n") == Lines{QStringLiteral("a")});
        QVERIFY((linesOf("a\n\nb") == Lines{QStringLiteral("a"), QString(), QStringLiteral("b")}));
        QVERIFY((linesOf(" a \r\n\tb") == Lines{QStringLiteral(" a \r"), QStringLiteral("\tb")}));
    }

    void refusesAnOverlongLineAndGoesOn()
    {
        const std::string longest(terminalMaxInput, 'x');
        const auto lines = linesOf("a\n" + longest + "\n" + longest + "x\nb");
        QCOMPARE(lines.size(), 4U);
        QCOMPARE(lines[1].size(), static_cast<qsizetype>(terminalMaxInput));
        QCOMPARE(lines[2], QStringLiteral("(refused)"));
        QCOMPARE(lines[3], QStringLiteral("b"));
        QCOMPARE(linesOf(longest + "x").back(), QStringLiteral("(refused)"));
    }

    void readsEverythingUpToTheLimit()
    {
        for (const std::size_t size :
             {std::size_t(0), std::size_t(1), std::size_t(100'000), terminalMaxInput}) {
            const Typed typed(std::string(size, 'x'));
            const auto all = Terminal(typed.input(), -1, -1).readAll();
            QVERIFY(all.has_value());
            QCOMPARE(all->size(), size);
        }
        const Typed typed(std::string(terminalMaxInput + 1, 'x'));
        const auto all = Terminal(typed.input(), -1, -1).readAll();
        QVERIFY(!all);
        QCOMPARE(all.error().code, ErrorCode::InvalidInput);
    }

    void reportsInputThatCannotBeRead()
    {
        QCOMPARE(Terminal(-1, -1, -1).readAll().error().code, ErrorCode::Storage);
    }

    void noticesOutputThatCannotBeWritten()
    {
        const int full = ::open("/dev/full", O_WRONLY);
        QVERIFY(full >= 0);
        Terminal terminal(-1, full, -1);
        QVERIFY(terminal.isIntact());
        terminal.print({{"a", 1}});
        QVERIFY(!terminal.isIntact());
        ::close(full);
    }

    void printsOneLineOfJson()
    {
        int ends[2] = {-1, -1};
        QCOMPARE(::pipe(ends), 0);
        Terminal terminal(-1, ends[1], -1);
        // Integers beyond 64 bits too, as jobs have them.
        terminal.print({{"b", "line\nbreak"},
                        {"a", nullptr},
                        {"c", *parseJsonKeepingIntegers("[18446744073709551616]")}});
        char text[100] = {};
        QVERIFY(::read(ends[0], text, sizeof text - 1) > 0);
        QCOMPARE(QByteArray(text),
                 QByteArray("{\"b\":\"line\\nbreak\",\"a\":null,\"c\":[18446744073709551616]}\n"));
        ::close(ends[0]);
        ::close(ends[1]);
    }
};

COUNTERSIGN_GUILESS_TEST(TerminalTest)
#include "Terminal_test.moc"
