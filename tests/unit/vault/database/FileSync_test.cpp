#include "core/vault/database/FileSync.h"

#include "tests/support/TestProgram.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace countersign;

namespace fs = std::filesystem;

class FileSyncTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void replacesWholeAndForItsOwnerAlone()
    {
        const QTemporaryDir folder;
        const fs::path file = fs::path(folder.path().toStdString()) / "file";
        QCOMPARE(readSmallFile(file, 10).error().code, ErrorCode::NotFound);
        const mode_t former = ::umask(0);
        QVERIFY(replaceFile(file, asBytes("first content")).has_value());
        ::umask(former);
        QVERIFY(replaceFile(file, asBytes("second")).has_value());
        QCOMPARE(readSmallFile(file, 10).value(), toBytes(asBytes("second")));
        QCOMPARE(readSmallFile(file, 6).value(), toBytes(asBytes("second")));
        QCOMPARE(readSmallFile(file, 5).error().code, ErrorCode::InvalidInput);
        QVERIFY(fs::status(file).permissions() == fs::perms(0600));
        QVERIFY(!fs::exists(file.string() + ".new"));
    }

    void overwritesInPlace()
    {
        const QTemporaryDir folder;
        const fs::path root(folder.path().toStdString());
        QVERIFY(replaceFile(root / "file", asBytes("first")).has_value());
        fs::create_hard_link(root / "file", root / "same");
        QVERIFY(overwriteFile(root / "file", asBytes("other")).has_value());
        QCOMPARE(readSmallFile(root / "same", 10).value(), toBytes(asBytes("other")));
        QCOMPARE(overwriteFile(root / "missing", asBytes("x")).error().code, ErrorCode::Storage);
        fs::create_symlink(root / "file", root / "link");
        QCOMPARE(overwriteFile(root / "link", asBytes("x")).error().code, ErrorCode::Storage);
    }

    void wipesEverythingInPlace()
    {
        const QTemporaryDir folder;
        const fs::path root(folder.path().toStdString());
        const std::string secret(std::size_t{200} * 1024 + 7, 's');
        QVERIFY(replaceFile(root / "file", asBytes(secret)).has_value());
        fs::create_hard_link(root / "file", root / "same");
        QVERIFY(wipeFile(root / "file").has_value());
        QCOMPARE(readSmallFile(root / "same", secret.size()).value(), Bytes(secret.size(), 0));
        QCOMPARE(wipeFile(root / "missing").error().code, ErrorCode::Storage);
        fs::create_symlink(root / "file", root / "link");
        QCOMPARE(wipeFile(root / "link").error().code, ErrorCode::Storage);
    }

    void refusesWhatIsNoFile()
    {
        const QTemporaryDir folder;
        const fs::path root(folder.path().toStdString());
        QCOMPARE(readSmallFile(root, 10).error().code, ErrorCode::InvalidInput);
        QCOMPARE(::mkfifo((root / "pipe").c_str(), 0600), 0);
        QCOMPARE(readSmallFile(root / "pipe", 10).error().code,
                 ErrorCode::InvalidInput);  // and does not wait
        QCOMPARE(replaceFile(root / "missing" / "file", asBytes("x")).error().code, ErrorCode::Storage);
        QCOMPARE(syncFolder(root / "missing").error().code, ErrorCode::Storage);
        QVERIFY(syncFolder(root).has_value());
    }

    void aLinkInPlaceOfTheDraftIsNotFollowed()
    {
        const QTemporaryDir folder;
        const fs::path root(folder.path().toStdString());
        QVERIFY(replaceFile(root / "victim", asBytes("kept")).has_value());
        fs::create_symlink(root / "victim", root / "file.new");
        QCOMPARE(replaceFile(root / "file", asBytes("x")).error().code, ErrorCode::Storage);
        QCOMPARE(readSmallFile(root / "victim", 10).value(), toBytes(asBytes("kept")));
    }
};

COUNTERSIGN_APPLESS_TEST(FileSyncTest)
#include "FileSync_test.moc"
