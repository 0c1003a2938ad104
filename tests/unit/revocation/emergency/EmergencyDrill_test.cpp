#include "core/revocation/emergency/EmergencyDrill.h"

#include "core/vault/database/BackgroundWork.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/revocation/RevocationScene.h"

#include <QTest>

#include <mutex>

using namespace countersign;
using namespace countersign::testing;

namespace {

using Scope = EmergencyRequest::Scope;

struct DrillScene : RevocationScene
{
    std::atomic<bool> isOver = false;
    std::vector<DrillStage> stages;
    std::function<void(DrillStage)> whenReached = [](DrillStage) {};

    Result<DrillReport> run(Scope scope, const std::vector<std::string>& wallets = {})
    {
        const DrillOrder order{
            .scope = scope,
            .wallets = [wallets](Database&) { return Result<std::vector<std::string>>(wallets); },
            .reason = "a drill"};
        Result<DrillReport> report = failure(ErrorCode::Internal, QString());
        const auto reached = [this](DrillStage stage) {
            stages.push_back(stage);
            whenReached(stage);
        };
        waitFor<bool>([&](auto done) {
            runInBackground(
                [&] { report = runEmergencyDrill(*profile.vault, profile.clock, order, isOver, reached); },
                [done] { done(true); });
        });
        return report;
    }
    /// Names of what is in the profile's folder.
    QStringList files() const
    {
        return QDir(QString::fromStdString(profile.paths.root.string()))
            .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name);
    }
};

}  // namespace

class EmergencyDrillTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void doesAllOfItInACopyAndNothingHere()
    {
        DrillScene scene;
        const QStringList before = scene.files();
        const auto entries = scene.audit.page(0, 1000)->size();
        const auto drill = scene.run(Scope::Everything);
        QVERIFY2(drill.has_value(), drill ? "" : qPrintable(drill.error().sentence + drill.error().detail));
        QVERIFY2(!drill->stop.problem, drill->stop.problem ? qPrintable(drill->stop.problem->sentence) : "");
        QVERIFY(scene.stages == (std::vector{DrillStage::Copying, DrillStage::Freezing, DrillStage::Revoking,
                                             DrillStage::Proving}));
        QCOMPARE(drill->stop.items.size(), std::size_t(2));
        QVERIFY(std::ranges::all_of(drill->stop.items, &RevocationItem::isDone));
        QCOMPARE(drill->stop.durations.size(), std::size_t(3));
        QVERIFY(drill->whole >= drill->copying && !drill->left);
        // Nobody was asked, nothing was recorded, and nothing stays.
        QVERIFY(scene.script.asked.empty());
        QCOMPARE(scene.audit.page(0, 1000)->size(), entries);
        QVERIFY(scene.isUsable(evmWalletId) && scene.isUsable(solanaWalletId));
        QVERIFY(!signingFreeze(*scene.profile.database, *scene.profile.vault)->has_value());
        QCOMPARE(scene.files(), before);
        QVERIFY(scene.profile.vault->isUnlocked());
    }

    void onlyWhatIsChosen()
    {
        DrillScene scene;
        const auto drill = scene.run(Scope::Chosen, {solanaWalletId});
        QVERIFY(drill.has_value() && !drill->stop.problem);
        QCOMPARE(drill->stop.items.size(), std::size_t(1));
        QCOMPARE(drill->stop.items[0].walletId, std::string(solanaWalletId));
    }

    void freezingAlone()
    {
        DrillScene scene;
        const auto drill = scene.run(Scope::FreezeOnly);
        QVERIFY(drill.has_value() && drill->stop.freeze && drill->stop.items.empty());
    }

    void cancelledItLeavesNothing()
    {
        DrillScene scene;
        const QStringList before = scene.files();
        scene.whenReached = [&scene](DrillStage) { scene.isOver = true; };
        QCOMPARE(scene.run(Scope::Everything).error().code, ErrorCode::Cancelled);
        QCOMPARE(scene.files(), before);
        scene.isOver = false;
        scene.whenReached = [&scene](DrillStage stage) {
            if (stage == DrillStage::Revoking) {
                scene.isOver = true;
            }
        };
        QCOMPARE(scene.run(Scope::Everything).error().code, ErrorCode::Cancelled);
        QCOMPARE(scene.files(), before);
    }

    /// Keys that are wiped here open nothing there.
    void aLockEndsIt()
    {
        DrillScene scene;
        const QStringList before = scene.files();
        scene.whenReached = [&scene](DrillStage stage) {
            if (stage == DrillStage::Freezing) {
                scene.profile.vault->lock();
            }
        };
        const auto drill = scene.run(Scope::Everything);
        QVERIFY(!drill || drill->stop.problem);
        QCOMPARE(drill ? drill->stop.problem->code : drill.error().code, ErrorCode::Locked);
        QCOMPARE(scene.files(), before);
    }

    void oneAtATime()
    {
        DrillScene scene;
        std::optional<Result<DrillReport>> second;
        scene.whenReached = [&](DrillStage stage) {
            if (stage == DrillStage::Freezing) {
                const DrillOrder order{.scope = Scope::FreezeOnly, .wallets = {}, .reason = "another"};
                second = runEmergencyDrill(*scene.profile.vault, scene.profile.clock, order, scene.isOver,
                                           [](DrillStage) {});
            }
        };
        QVERIFY(scene.run(Scope::FreezeOnly).has_value());
        QVERIFY(second && !*second);
        QCOMPARE(second->error().code, ErrorCode::Busy);
    }
};

COUNTERSIGN_GUILESS_TEST(EmergencyDrillTest)
#include "EmergencyDrill_test.moc"
