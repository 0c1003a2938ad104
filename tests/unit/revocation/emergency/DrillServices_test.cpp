#include "core/revocation/emergency/DrillServices.h"

#include "core/revocation/DeskWalletJobs.h"
#include "core/revocation/emergency/EmergencyStop.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/revocation/RevocationScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

class DrillServicesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nobodyOutsideCanBeAsked()
    {
        SigningScene scene;
        const auto signing =
            drillSigningServices(scene.profile.vault, *scene.profile.database, scene.profile.clock);
        QCOMPARE(signing.dynamicApi().error().code, ErrorCode::Unsupported);
        QCOMPARE(signing.engine(EngineKind::Enclave).error().code, ErrorCode::Unsupported);
        QCOMPARE(signing.evmRpc("1").error().code, ErrorCode::Unsupported);
        QCOMPARE(signing.solanaRpc().error().code, ErrorCode::Unsupported);
        QCOMPARE(signing.relay().error().code, ErrorCode::Unsupported);
        const auto revoking =
            drillRevocationServices(scene.profile.vault, *scene.profile.database, scene.profile.clock);
        QVERIFY(!revoking.signingApi);
    }

    void aStopGoesThroughAllItsParts()
    {
        RevocationScene scene;
        const auto& profile = scene.profile;
        JobDesk desk(drillSigningServices(profile.vault, *profile.database, profile.clock));
        DeskWalletJobs jobs(desk, *profile.database, *profile.vault);
        const auto services = drillRevocationServices(profile.vault, *profile.database, profile.clock);
        RevocationRunner runner(services, jobs);
        EmergencyStop stop(services, runner);
        const auto report = waitFor<Result<EmergencyReport>>([&](auto done) {
            stop.run({.scope = EmergencyRequest::Scope::Everything, .wallets = {}, .reason = "a drill"},
                     std::move(done));
        });
        QVERIFY(report.has_value() && !report->problem);
        QCOMPARE(report->items.size(), 2U);
        QVERIFY(std::ranges::all_of(report->items, &RevocationItem::isDone));
        QCOMPARE(report->durations.size(), 3U);
        QVERIFY(!report->proof.empty());
        QVERIFY(scene.script.asked.empty());
    }
};

COUNTERSIGN_GUILESS_TEST(DrillServicesTest)
#include "DrillServices_test.moc"
