#include "core/revocation/emergency/EmergencyStop.h"

#include "core/base/encoding/Hex.h"
#include "core/revocation/proof/RevocationProof.h"
#include "core/signing/reporting/DeskKey.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/revocation/RevocationScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace std::chrono_literals;

namespace {

using Part = EmergencyReport::Part;
using Scope = EmergencyRequest::Scope;

struct EmergencyScene : RevocationScene
{
    std::unique_ptr<RevocationRunner> runner = makeRunner();
    EmergencyStop stop{services(), *runner};
    std::vector<Part> reached;

    EmergencyScene()
    {
        QObject::connect(&stop, &EmergencyStop::reached, [this](Part part) { reached.push_back(part); });
    }

    Result<EmergencyReport> run(Scope scope, std::vector<std::string> wallets = {},
                                std::string reason = "a breach")
    {
        return waitFor<Result<EmergencyReport>>([&](auto done) {
            stop.run({.scope = scope, .wallets = std::move(wallets), .reason = std::move(reason)},
                     std::move(done));
        });
    }
    bool isFrozen() { return signingFreeze(*profile.database, *profile.vault)->has_value(); }
    Result<Json> proven(const EmergencyReport& report)
    {
        const auto bytes = fromHex(*deskPublicKey(*profile.database, *profile.vault, audit, profile.clock));
        ed25519::PublicKey key{};
        std::ranges::copy(*bytes, key.begin());
        return verifyRevocationProof(report.proof, key);
    }
};

}  // namespace

class EmergencyStopTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void freezesThenRevokesThenProves()
    {
        EmergencyScene scene;
        bool wasFrozen = false;
        scene.script.whenAsked = [&] { wasFrozen = scene.isFrozen(); };
        const auto report = scene.run(Scope::Everything);
        QVERIFY(report.has_value() && !report->problem);
        QVERIFY(wasFrozen && scene.isFrozen());
        QVERIFY(scene.reached == (std::vector{Part::Freeze, Part::Revoke, Part::Proof}));
        QCOMPARE(report->durations.size(), 3U);
        QCOMPARE(report->freeze->reason, std::string("a breach"));
        QCOMPARE(report->items.size(), 2U);
        QVERIFY(std::ranges::all_of(report->items, &RevocationItem::isDone));
        QVERIFY(!scene.hasMaterial(evmWalletId) && !scene.hasMaterial(solanaWalletId));
        const auto statement = scene.proven(*report);
        QVERIFY(statement->at("id") == Json(report->revocationId));
        QVERIFY(statement->at("remaining").at("active") == Json(0));
        // Once more: nothing is left, and that is no failure.
        const auto again = scene.run(Scope::Everything);
        QVERIFY(!again->problem && again->items.empty() && again->proof.empty());
    }

    void freezesAlone()
    {
        EmergencyScene scene;
        const auto report = scene.run(Scope::FreezeOnly);
        QVERIFY(report.has_value() && scene.isFrozen());
        QVERIFY(scene.script.asked.empty() && report->items.empty());
        QVERIFY(scene.isUsable(evmWalletId));
    }

    void revokesTheChosen()
    {
        EmergencyScene scene;
        const auto report = scene.run(Scope::Chosen, {evmWalletId});
        QCOMPARE(report->items.size(), 1U);
        QVERIFY(!scene.hasMaterial(evmWalletId) && scene.hasMaterial(solanaWalletId));
    }

    /// The wrong name is told; signing is stopped all the same.
    void aMistypedNameDoesNotHoldItUp()
    {
        EmergencyScene scene;
        const auto report = scene.run(Scope::Chosen, {"nobody"});
        QCOMPARE(report->problem->code, ErrorCode::NotFound);
        QVERIFY(scene.isFrozen() && report->items.empty());
        QCOMPARE(report->freeze->reason, std::string("a breach"));
    }

    void aSilentDynamicLeavesItPendingAndProven()
    {
        EmergencyScene scene;
        scene.script.isSilent = true;
        scene.stop.setPatience(20ms);
        const auto report = scene.run(Scope::Everything);
        QVERIFY(report.has_value() && scene.isFrozen());
        QVERIFY(std::ranges::all_of(report->items, [](const RevocationItem& item) {
            return item.outcome == RevocationOutcome::Pending && !item.isDone();
        }));
        QVERIFY(scene.proven(*report)->at("wallets").at(0).at("atDynamic") == Json("pending"));
        // What waits goes on, and is reported with its wallets.
        scene.script.isSilent = false;
        const auto again = scene.run(Scope::Everything);
        QCOMPARE(again->items.size(), 2U);
        QCOMPARE(again->revocationId, report->revocationId);
        QVERIFY(std::ranges::all_of(again->items, &RevocationItem::isDone));
    }

    /// A proof is about one revocation; the others that took part are named.
    void earlierRevocationsAreNamed()
    {
        EmergencyScene scene;
        scene.script.isSilent = true;
        scene.stop.setPatience(20ms);
        const auto first = scene.run(Scope::Chosen, {evmWalletId});
        QVERIFY(first->earlierIds.empty());
        scene.script.isSilent = false;
        const auto second = scene.run(Scope::Everything);
        QVERIFY(second->earlierIds == std::vector{first->revocationId});
        QVERIFY(second->revocationId != first->revocationId);
        QCOMPARE(second->items.size(), 2U);
    }

    /// What can be stopped is stopped, and the report says what could not.
    void revokesAlsoWhereFreezingFailed()
    {
        EmergencyScene scene;
        // What vouches for the settings is gone, so no state of freezing can be vouched for either.
        scene.profile.database->handle().exec("UPDATE trust SET sealed = zeroblob(64)");
        const auto report = scene.run(Scope::Everything);
        QVERIFY(report.has_value() && !report->freeze && report->problem.has_value());
        QVERIFY(!scene.stop.isFrozen());
        QCOMPARE(report->items.size(), 2U);
        QVERIFY(!scene.hasMaterial(evmWalletId) && !scene.hasMaterial(solanaWalletId));
        QVERIFY(!scene.run(Scope::FreezeOnly).has_value());
    }

    void withoutAReasonNothingBegins()
    {
        EmergencyScene scene;
        QCOMPARE(scene.run(Scope::FreezeOnly, {}, "").error().code, ErrorCode::InvalidInput);
        const auto report = scene.run(Scope::Everything, {}, "");
        QCOMPARE(report->problem->code, ErrorCode::InvalidInput);
        QVERIFY(report->items.empty() && scene.script.asked.empty() && !scene.isFrozen());
    }

    void aFrozenDeskStaysAsItIs()
    {
        EmergencyScene scene;
        QVERIFY(scene.run(Scope::FreezeOnly, {}, "first").has_value());
        QCOMPARE(scene.run(Scope::Everything)->freeze->reason, std::string("first"));
        QVERIFY(!scene.hasMaterial(evmWalletId));
    }
};

COUNTERSIGN_GUILESS_TEST(EmergencyStopTest)
#include "EmergencyStop_test.moc"
