#include "app/cli/input/InputFile.h"

#include "app/cli/Terminal.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/cli/Pipe.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace countersign;
using namespace countersign::cli;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace {

struct InputFolder
{
    QTemporaryDir folder;
    Terminal terminal{-1, -1, -1};

    std::string path(const char* name) const
    {
        return folder.filePath(QString::fromUtf8(name)).toStdString();
    }

    std::string write(const std::string& content, const char* name = "input") const
    {
        QFile file(QString::fromStdString(path(name)));
        const auto size = static_cast<qint64>(content.size());
        if (!file.open(QIODevice::WriteOnly) || file.write(content.data(), size) != size) {
            qFatal("not written");
        }
        return path(name);
    }
    std::string content(const char* name) const
    {
        QFile file(QString::fromStdString(path(name)));
        return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : "(not there)";
    }
    /// The content, or "(code)".
    std::string read(const std::string& path, std::size_t maxBytes)
    {
        const auto bytes = readInputFile(path, maxBytes, terminal);
        return bytes ? std::string(asText(*bytes)) : shown(bytes.error());
    }
    /// What the pieces are together, or "(code)".
    std::string pieces(const std::string& path)
    {
        std::string all;
        const Status status = readInputPieces(path, terminal, [&](BytesView piece) -> Status {
            all += asText(piece);
            return {};
        });
        return status ? all : shown(status.error());
    }

private:
    static std::string shown(const Error& error)
    {
        return error.code == ErrorCode::NotFound ? "(not found)" : "(another error)";
    }
};

std::string numbered(int lines)
{
    std::string all;
    for (int i = 0; i < lines; ++i) {
        all += std::to_string(i) + '\n';
    }
    return all;
}

}  // namespace

class InputFileTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { ::signal(SIGPIPE, SIG_IGN); }

    /// One byte more than is allowed tells whoever parses that it is too long.
    void readsOneByteMoreThanAllowed()
    {
        InputFolder scene;
        const std::string path = scene.write("0123456789");
        QCOMPARE(scene.read(path, 10), std::string("0123456789"));
        QCOMPARE(scene.read(path, 100), std::string("0123456789"));
        QCOMPARE(scene.read(path, 9), std::string("0123456789"));
        QCOMPARE(scene.read(path, 8), std::string("012345678"));
        QCOMPARE(scene.read(scene.write(""), 10), std::string());
        QCOMPARE(scene.read("/dev/zero", 1000).size(), std::size_t{1001});
    }

    void readsEveryByte()
    {
        InputFolder scene;
        std::string all("\xef\xbb\xbf\r\n\0", 6);
        for (int byte = 0; byte < 256; ++byte) {
            all += static_cast<char>(byte);
        }
        const std::string path = scene.write(all + "\r\n");
        QCOMPARE(scene.read(path, 1000), all + "\r\n");
        QCOMPARE(scene.pieces(path), all + "\r\n");
    }

    /// What a shell's <(…) hands over comes piece by piece, and is one document.
    void readsPipesToTheirEnd()
    {
        InputFolder scene;
        const std::string all = numbered(60'000);
        std::vector<std::string> pieces;
        for (std::size_t at = 0; at < all.size(); at += 1'000) {
            pieces.push_back(all.substr(at, 1'000));
        }
        QCOMPARE(scene.read(Pipe(pieces).path(), all.size()), all);
        QCOMPARE(scene.read(Pipe(pieces).path(), 5'000), all.substr(0, 5'001));
        QCOMPARE(scene.pieces(Pipe(pieces).path()), all);
    }

    void piecesAreTheWhole()
    {
        InputFolder scene;
        for (const int lines : {0, 1, 10'000, 100'000}) {
            const std::string all = numbered(lines);
            QCOMPARE(scene.pieces(scene.write(all)), all);
        }
    }

    void whoeverTakesThePiecesMayEndIt()
    {
        InputFolder scene;
        const std::string path = scene.write(numbered(100'000));
        int taken = 0;
        const Status ended = readInputPieces(path, scene.terminal, [&](BytesView) -> Status {
            ++taken;
            return failure(ErrorCode::Cancelled, u"enough"_s);
        });
        QVERIFY(!ended && ended.error().code == ErrorCode::Cancelled);
        QCOMPARE(taken, 1);
    }

    void readsStandardInput()
    {
        {
            const Pipe pipe({"a\n", "b"});
            Terminal terminal(pipe.input(), -1, -1);
            QCOMPARE(std::string(asText(*readInputFile("-", 1, terminal))), std::string("a\nb"));
        }
        const Pipe pipe({"a\nb", "c\n\n", std::string(terminalMaxInput, 'x') + '\n'});
        Terminal terminal(pipe.input(), -1, -1);
        std::string all;
        const Status status = readInputPieces("-", terminal, [&](BytesView piece) -> Status {
            all += asText(piece);
            return {};
        });
        QVERIFY(status.has_value());
        QCOMPARE(all, "a\nbc\n\n" + std::string(terminalMaxInput, 'x') + '\n');
    }

    /// A line that is left out would make another record of it.
    void anOverlongLineEndsIt()
    {
        const Pipe pipe({"a\n", std::string(terminalMaxInput + 1, 'x'), "\nb\n"});
        Terminal terminal(pipe.input(), -1, -1);
        std::string all;
        const Status status = readInputPieces("-", terminal, [&](BytesView piece) -> Status {
            all += asText(piece);
            return {};
        });
        QVERIFY(!status);
        QCOMPARE(status.error().code, ErrorCode::InvalidInput);
        QCOMPARE(all, std::string("a\n"));
    }

    void whatCannotBeReadIsNotEmpty()
    {
        InputFolder scene;
        scene.write("content");
        for (const std::string& path : {scene.path("nothing"), scene.path("."), scene.path("input/x"),
                                        std::string(5'000, 'x'), std::string()}) {
            QCOMPARE(scene.read(path, 100), std::string("(not found)"));
            QCOMPARE(scene.pieces(path), std::string("(not found)"));
        }
        // The name in the sentence steers nothing.
        const auto odd = readInputFile("/nowhere/a\xff", 10, scene.terminal);
        QVERIFY(!odd && odd.error().sentence.contains(u'\ufffd'));
    }

    void namesAreBytes()
    {
        InputFolder scene;
        const std::string odd = scene.path("a") + "\xff-";
        QCOMPARE(::rename(scene.write("content").c_str(), odd.c_str()), 0);
        QCOMPARE(scene.read(odd, 100), std::string("content"));
        QCOMPARE(scene.pieces(odd), std::string("content"));
        ::unlink(odd.c_str());  // QTemporaryDir cannot name it
    }

    void writesAFileOrLeavesWhatIsThere()
    {
        InputFolder scene;
        QVERIFY(writeOutputFile(scene.path("out"), asBytes("first")).has_value());
        QCOMPARE(scene.content("out"), std::string("first"));
        QVERIFY(writeOutputFile(scene.path("out"), asBytes(std::string_view("a\0b", 3))).has_value());
        QCOMPARE(scene.content("out"), std::string("a\0b", 3));
        QVERIFY(writeOutputFile(scene.path("out"), {}).has_value());
        QCOMPARE(scene.content("out"), std::string());
        scene.write("kept", "out");
        for (const std::string& path :
             {scene.path("out/x"), scene.path("nowhere/x"), scene.path("."), std::string()}) {
            const Status written = writeOutputFile(path, asBytes("second"));
            QVERIFY2(!written, path.c_str());
            QCOMPARE(written.error().code, ErrorCode::Storage);
        }
        QCOMPARE(scene.content("out"), std::string("kept"));
        QCOMPARE(QDir(scene.folder.path()).entryList(QDir::Files),
                 QStringList{u"out"_s});  // nothing half-done
    }
};

COUNTERSIGN_GUILESS_TEST(InputFileTest)
#include "InputFile_test.moc"
