#include "services/relay/service/SharedReads.h"

#include "services/relay/store/sqlite/SqliteRelayStore.h"
#include "tests/support/TestProgram.h"

#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <future>

using namespace countersign;
using namespace countersign::relay;

class SharedReadsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        const std::string file = m_folder->filePath(QStringLiteral("relay.sqlite")).toStdString();
        m_writer = SqliteRelayStore::open(file, OpenMode::CreateIfMissing).value();
        m_inbox = m_writer->createInbox("demo", {}, 1)->id;
        m_signals = std::make_shared<InboxSignals>();
        m_reader = std::make_unique<StoreReader>(SqliteRelayStore::open(file, OpenMode::Existing).value(),
                                                 std::chrono::hours(1), [](RelayStore&) {});
        m_reads = std::make_unique<SharedReads>(*m_reader, m_signals);
    }

    void cleanup()
    {
        m_reader.reset();
        m_reads.reset();
    }

    void whoWaitsTogetherReadsOnce()
    {
        // The reader is busy, so that all of them wait.
        std::promise<void> proceed;
        auto gate = proceed.get_future().share();
        m_reader->post([gate](RelayStore&) { gate.wait(); });
        std::vector<std::future<SharedPage>> pages;
        for (int i = 0; i < 20; ++i) {
            pages.push_back(read(0));
        }
        store();
        proceed.set_value();
        const SharedPage first = pages.front().get();
        QCOMPARE((*first)->entries.size(), std::size_t(1));
        for (std::size_t i = 1; i < pages.size(); ++i) {
            QCOMPARE(pages[i].get().get(), first.get());
        }
        // Nothing has come since: whoever comes late has the same.
        QCOMPARE(read(0).get().get(), first.get());
    }

    void whatCameLaterIsReadAnew()
    {
        store();
        const SharedPage before = read(0).get();
        store();
        const SharedPage after = read(0).get();
        QVERIFY(after.get() != before.get());
        QCOMPARE((*after)->entries.size(), std::size_t(2));
        // Other places, other pages.
        QCOMPARE((*read(1).get())->entries.size(), std::size_t(1));
        QCOMPARE((*read(0).get())->entries.size(), std::size_t(2));
    }

    void errorsAreSharedToo()
    {
        const auto page = read(0, 99).get();
        QVERIFY(page->error().code == ErrorCode::NotFound);
    }

private:
    void store()
    {
        NewEntry entry;
        entry.inbox = m_inbox;
        entry.headersJson = "{}";
        (void)m_writer->append(std::span(&entry, 1));
        m_signals->wake(m_inbox);
    }

    std::future<SharedPage> read(std::int64_t after, InboxId inbox = 0)
    {
        auto promise = std::make_shared<std::promise<SharedPage>>();
        const InboxId asked = inbox == 0 ? m_inbox : inbox;
        m_reads->read(asked, after, m_signals->wakes(asked),
                      [promise](SharedPage page) { promise->set_value(std::move(page)); });
        return promise->get_future();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<SqliteRelayStore> m_writer;
    std::shared_ptr<InboxSignals> m_signals;
    std::unique_ptr<StoreReader> m_reader;
    std::unique_ptr<SharedReads> m_reads;
    InboxId m_inbox = 0;
};

COUNTERSIGN_GUILESS_TEST(SharedReadsTest)
#include "SharedReads_test.moc"
