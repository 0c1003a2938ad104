#include "ui/session/RevocationPreview.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/revocation/RevocationScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using Fate = RevocationPreview::Fate;

namespace {

struct PreviewScene : RevocationScene
{
    RevocationPreviewPtr preview(const WalletSelection& selection)
    {
        auto made = previewRevocation(*profile.database, *profile.vault, selection);
        if (!made) {
            qFatal("no preview: %s", qUtf8Printable(made.error().sentence));
        }
        return *made;
    }
    void setState(const Job& job, JobState state)
    {
        SQLite::Statement update(profile.database->handle(), "UPDATE job SET state = ? WHERE job_id = ?");
        update.bind(1, std::string(toText(state)));
        update.bind(2, job.jobId);
        update.exec();
    }
    std::vector<std::int64_t> allRows() { return *WalletCatalog(*profile.database).ids({}, {}); }
};

}  // namespace

class RevocationPreviewTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyKindOfSelectionFindsItsWallets()
    {
        PreviewScene scene;
        QCOMPARE(scene.preview(scene.allRows())->plan.toEnd.size(), std::size_t{2});
        QCOMPARE(scene.preview(EveryWallet())->plan.toEnd.size(), std::size_t{2});
        WalletFilter solana;
        solana.chain = "SVM";
        const auto filtered = scene.preview(solana);
        QCOMPARE(filtered->plan.toEnd.size(), std::size_t{1});
        QCOMPARE(filtered->rows.front().item->walletId, std::string(solanaWalletId));
        const auto named = scene.preview(std::vector<std::string>{evmWalletId, evmWalletId});
        QCOMPARE(named->rows.size(), std::size_t{1});
        QCOMPARE(named->rows.front().status, WalletStatus::Active);
    }

    void jobsAreCounted()
    {
        PreviewScene scene;
        const Job waiting = scene.message();
        const auto preview = scene.preview(EveryWallet());
        QCOMPARE(preview->waitingJobs, std::int64_t{1});
        const auto row = std::ranges::find_if(preview->rows, [&](const RevocationPreview::Row& one) {
            return one.item->walletId == waiting.walletId;
        });
        QCOMPARE(row == preview->rows.end() ? -1 : row->waitingJobs, std::int64_t{1});
        QCOMPARE(preview->signingJobs, std::int64_t{0});
        // One whose ceremony is under way is waited for, and a finished one is nobody's concern.
        const Job signing = scene.message("another");
        const Job finished = scene.message("a third");
        scene.setState(signing, JobState::Signing);
        scene.setState(finished, JobState::Signed);
        const auto later = scene.preview(EveryWallet());
        QCOMPARE(later->waitingJobs, std::int64_t{1});
        QCOMPARE(later->signingJobs, std::int64_t{1});
        // Where nothing is to be ended, no job is stopped.
        scene.revoke(evmWalletId);
        QCOMPARE(scene.preview(std::vector<std::string>{evmWalletId})->waitingJobs, std::int64_t{0});
    }

    /// It says what waits already and what is over, and that is no reason to refuse the rest.
    void whatIsOverOrWaitsIsTold()
    {
        PreviewScene scene;
        scene.revoke(evmWalletId);
        scene.script.single[solanaWalletId].push_back(
            revocationAnswer(RevocationOutcome::Pending, 503, QStringLiteral("out of order")));
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, RevocationScene::request({solanaWalletId}));
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        const auto preview = scene.preview(scene.allRows());
        QVERIFY(preview->plan.toEnd.empty());
        QCOMPARE(preview->rows.size(), std::size_t{2});
        QCOMPARE(preview->rows[0].fate, Fate::GoesOn);
        QCOMPARE(preview->rows[0].item->sentence, std::string("out of order"));
        QCOMPARE(preview->rows[1].fate, Fate::Over);
    }

    /// One that only an event named does not spoil the plan of the others.
    void whatWasNeverDelegatedIsLeftOut()
    {
        PreviewScene scene;
        scene.profile.database->handle().exec(
            "INSERT INTO wallet (wallet_id, chain, address, address_bytes, status, health, received_at, "
            "last_event_at, last_event) VALUES ('stray', 'EVM', 'a', x'00', 'revoked', 'revoked', 1, 1, "
            "'x')");
        const auto preview = scene.preview(scene.allRows());
        QCOMPARE(preview->neverDelegated, std::int64_t{1});
        QCOMPARE(preview->plan.toEnd.size(), std::size_t{2});
        QVERIFY(scene.preview(std::vector<std::string>{"stray"})->rows.empty());
        QVERIFY(scene.preview(std::vector<std::int64_t>{})->rows.empty());
    }
};

COUNTERSIGN_GUILESS_TEST(RevocationPreviewTest)
#include "RevocationPreview_test.moc"
