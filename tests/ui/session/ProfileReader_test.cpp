#include "ui/session/reading/ProfileReader.h"

#include "core/base/SecretBytes.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/ProfileFixture.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

class ProfileReaderTest : public QObject
{
    Q_OBJECT

private:
    /// Runs until somebody interrupts it.
    static Result<int> endless(Database& database)
    {
        return attempt([&]() -> Result<int> {
            return database.handle()
                .execAndGet(
                    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n")
                .getInt();
        });
    }

    static Result<int> countWallets(Database& database)
    {
        return attempt([&]() -> Result<int> {
            return database.handle().execAndGet("SELECT count(*) FROM wallet").getInt();
        });
    }

private Q_SLOTS:
    void initTestCase() { initialiseSodium(); }

    void answersInOrder()
    {
        const ProfileFixture profile({.wallets = 3});
        ProfileReader reader(profile.databaseFile());
        QList<int> answers;
        for (int i = 0; i < 3; ++i) {
            reader.query(
                this, [i](Database&) -> Result<int> { return i; },
                [&](const Result<int>& answer) { answers << answer.value_or(-1); });
        }
        QTRY_VERIFY_WITH_TIMEOUT(reader.isIdle(), patienceMs);
        QCOMPARE(answers, QList<int>({0, 1, 2}));
    }

    void interruptsWhatIsRunning()
    {
        const ProfileFixture profile({.wallets = 3});
        ProfileReader reader(profile.databaseFile());
        std::atomic<bool> running = false;
        bool failed = false;
        int wallets = 0;
        const std::uint64_t question = reader.query(
            this,
            [&running](Database& database) {
                running = true;
                return endless(database);
            },
            [&](const Result<int>& answer) { failed = !answer; });
        reader.query(this, countWallets, [&](const Result<int>& answer) { wallets = answer.value_or(-1); });
        QTRY_VERIFY_WITH_TIMEOUT(running, patienceMs);
        // An interrupt that comes before the statement is lost: a person's next key tries again, so does
        // this.
        const auto stop = [&] {
            reader.supersede(question);
            return reader.isIdle();
        };
        QTRY_VERIFY_WITH_TIMEOUT(stop(), patienceMs);
        QVERIFY(failed);
        QCOMPARE(wallets, 3);  // the next question is not hurt
    }

    void doesNotBeginWhatIsSuperseded()
    {
        const ProfileFixture profile({.wallets = 3});
        ProfileReader reader(profile.databaseFile());
        std::atomic<bool> goOn = false;
        bool begun = false;
        std::optional<ErrorCode> error;
        reader.query(
            this,
            [&goOn](Database&) -> Result<int> {
                while (!goOn) {
                    QThread::msleep(1);
                }
                return 0;
            },
            [](const Result<int>&) {});
        const std::uint64_t second = reader.query(
            this,
            [&begun](Database&) -> Result<int> {
                begun = true;
                return 0;
            },
            [&](const Result<int>& answer) {
                error = answer ? std::nullopt : std::optional(answer.error().code);
            });
        reader.supersede(second);
        goOn = true;
        QTRY_VERIFY_WITH_TIMEOUT(reader.isIdle(), patienceMs);
        QVERIFY(!begun);
        QCOMPARE(error, std::optional(ErrorCode::Cancelled));
        reader.supersede(second);  // answered: harmless
        reader.supersede(0);       // none was ever asked: harmless
    }
};

COUNTERSIGN_GUILESS_TEST(ProfileReaderTest)
#include "ProfileReader_test.moc"
