#include "services/relay/store/sqlite/SqliteFiles.h"

#include "services/relay/store/sqlite/SqliteRelayStore.h"
#include "tests/support/TestProgram.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>

using namespace countersign;
using namespace countersign::relay;
namespace fs = std::filesystem;

namespace {

NewEntry anEntry(InboxId inbox)
{
    NewEntry entry;
    entry.inbox = inbox;
    entry.headersJson = "{}";
    return entry;
}

}  // namespace

class SqliteFilesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_file = m_folder->filePath(QStringLiteral("relay.sqlite")).toStdString();
        m_store = SqliteRelayStore::open(m_file, OpenMode::CreateIfMissing).value();
        m_inbox = m_store->createInbox("demo", {}, 1)->id;
    }

    void cleanup() { m_store.reset(); }

    void whatIsTakenAwayIsNoticed_data()
    {
        QTest::addColumn<QString>("suffix");
        for (const char* suffix : {"", "-wal", "-shm"}) {
            QTest::newRow(*suffix == '\0' ? "database" : suffix) << QString::fromLatin1(suffix);
        }
    }
    void whatIsTakenAwayIsNoticed()
    {
        QFETCH(const QString, suffix);
        const fs::path file = m_file.string() + suffix.toStdString();
        const fs::path aside = file.string() + ".aside";
        QVERIFY(append());
        fs::rename(file, aside);
        QVERIFY(!append());
        QVERIFY(!m_store->probeWrite(1).has_value());
        QVERIFY(!m_store->createInbox("other", {}, 1).has_value());
        // Another one at its place is none.
        fs::copy_file(aside, file);
        QVERIFY(!append());
        // Put back, it is the same again.
        fs::rename(aside, file);
        QVERIFY(append());
        QVERIFY(m_store->probeWrite(1).has_value());
        fs::remove(file);
        QVERIFY(!append());
        QVERIFY(!m_store->probeWrite(1).has_value());
    }

    void aFolderThatGoesTakesItAlong()
    {
        QVERIFY(append());
        const fs::path folder = m_file.parent_path();
        const fs::path aside = folder.string() + ".aside";
        fs::rename(folder, aside);
        QVERIFY(!append());
        fs::rename(aside, folder);
        QVERIFY(append());
    }

    void linksAreFollowed()
    {
        const fs::path link = m_file.parent_path() / "link.sqlite";
        fs::create_symlink(m_file, link);
        auto store = SqliteRelayStore::open(link, OpenMode::Existing).value();
        const std::vector<NewEntry> entries{anEntry(m_inbox)};
        QVERIFY(store->append(entries).has_value());
        // The link leads elsewhere now.
        const fs::path other = m_file.parent_path() / "other.sqlite";
        QVERIFY(SqliteRelayStore::open(other, OpenMode::CreateIfMissing).has_value());
        fs::remove(link);
        fs::create_symlink(other, link);
        QVERIFY(!store->append(entries).has_value());
        QVERIFY(append());
    }

    void oneServesIt()
    {
        auto right = SqliteServingRight::claim(m_file).value();
        QVERIFY(SqliteServingRight::claim(m_file).error().code == ErrorCode::Busy);
        // The command line works beside it.
        QVERIFY(SqliteRelayStore::open(m_file, OpenMode::Existing).has_value());
        QVERIFY(append());
        QVERIFY(SqliteServingRight::claim(m_file).error().code == ErrorCode::Busy);
        right.reset();
        QVERIFY(SqliteServingRight::claim(m_file).has_value());
        QVERIFY(SqliteServingRight::claim(m_folder->path().toStdString() + "/none").error().code ==
                ErrorCode::NotFound);
    }

    void isMadeOnlyWhereThatIsWanted()
    {
        const std::string fresh = "sqlite:" + m_folder->filePath(QStringLiteral("fresh")).toStdString();
        QVERIFY(claimRelayDatabase(fresh, OpenMode::Existing).error().code == ErrorCode::NotFound);
        QVERIFY(claimRelayDatabase(fresh, OpenMode::Existing)
                    .error()
                    .sentence.contains(QStringLiteral("--create")));
        QVERIFY(!fs::exists(m_file.parent_path() / "fresh"));
        const auto right = claimRelayDatabase(fresh, OpenMode::CreateIfMissing).value();
        QVERIFY(right != nullptr);
        QVERIFY(claimRelayDatabase("postgresql://u@127.0.0.1:1/db", OpenMode::Existing).value() == nullptr);
    }

private:
    bool append() { return m_store->append(std::vector<NewEntry>{anEntry(m_inbox)}).has_value(); }

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_file;
    std::unique_ptr<SqliteRelayStore> m_store;
    InboxId m_inbox = 0;
};

COUNTERSIGN_GUILESS_TEST(SqliteFilesTest)
#include "SqliteFiles_test.moc"
