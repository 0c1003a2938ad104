#include "core/delegation/DelegationStore.h"

#include "core/delegation/WalletCatalog.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/TestProfile.h"

#include <QTest>

using namespace countersign;

namespace {

using Effect = DelegationOutcome::Effect;

struct Desk
{
    Desk() : store(*profile.database), audit(*profile.database, *profile.vault, profile.clock)
    {
        // Delegations refer to the deliveries that brought them.
        profile.database->handle().exec(
            "INSERT INTO source (id, url, inbox) VALUES (1, 'u', 'i');"
            "INSERT INTO delivery (id, source_id, seq, kind, received_at, stored_at, headers, body, "
            "body_sha256, "
            "verdict) VALUES (1, 1, 1, 'webhook', 0, 0, '[]', x'', x'', 'applied')");
    }

    DelegationMaterial material(const std::string& eventId)
    {
        return *sealMaterial(
            *profile.vault, eventId, address,
            SecretBytes::copyOf(std::string_view(R"({"secretShare":"of )" + eventId + "\"}")),
            SecretBytes::copyOf(std::string_view("key of " + eventId)), "kid");
    }

    CreatedDelegation delegation(const std::string& eventId, UnixMillis at,
                                 std::optional<std::string> set = {})
    {
        return {{eventId, at, std::move(set)}, "wallet", address, "user", 1, at + 7};
    }

    DelegationOutcome created(const std::string& eventId, UnixMillis at, std::optional<std::string> set = {})
    {
        return *transact(*profile.database, [&] {
            return store.applyCreated(delegation(eventId, at, std::move(set)), material(eventId));
        });
    }

    DelegationOutcome revoked(const std::string& eventId, UnixMillis at, std::optional<std::string> set = {})
    {
        return *transact(*profile.database, [&] {
            return store.applyRevoked({{eventId, at, std::move(set)}, "wallet"});
        });
    }

    Result<OpenedMaterial> open() { return store.open("wallet", "test", *profile.vault, audit); }
    Wallet wallet() { return *WalletCatalog(*profile.database).find("wallet"); }
    std::string states()
    {
        return profile.database->handle()
            .execAndGet(
                "SELECT group_concat(event_id || ':' || state || ':' || (sealed_share IS NOT NULL)) "
                "FROM (SELECT * FROM delegation ORDER BY event_id)")
            .getString();
    }

    TestProfile profile;
    DelegationStore store;
    AuditLog audit;
    WalletAddress address = *readAddress("EVM", "0x52908400098527886e0f7030069857d2e4169ee7");
};

}  // namespace

class DelegationStoreTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsOnlyTheNewestMaterial()
    {
        Desk desk;
        QCOMPARE(desk.created("b", 20, "s2").effect, Effect::Current);
        QCOMPARE(desk.wallet().receivedAt, 27);
        const DelegationOutcome late = desk.created("a", 10, "s1");
        QCOMPARE(late.effect, Effect::Stale);
        QCOMPARE(late.ended, std::vector<std::string>{"a"});
        QCOMPARE(desk.states(), std::string("a:superseded:0,b:current:1"));
        const DelegationOutcome newer = desk.created("c", 30, "s2");
        QCOMPARE(newer.ended, std::vector<std::string>{"b"});
        QCOMPARE(desk.states(), std::string("a:superseded:0,b:superseded:0,c:current:1"));
        QVERIFY(desk.open()->share.equals(asBytes(R"({"secretShare":"of c"})")));
        QCOMPARE(desk.open()->eventId, std::string("c"));
        QCOMPARE(desk.wallet().lastEventAt, 30);
    }

    void revocationEndsAndANewDelegationRevives()
    {
        Desk desk;
        desk.created("a", 10, "s1");
        QCOMPARE(desk.revoked("r", 5).effect, Effect::Stale);
        QCOMPARE(desk.revoked("q", 15, "other").effect, Effect::Revoked);
        QCOMPARE(desk.wallet().status, WalletStatus::Active);
        QCOMPARE(desk.revoked("p", 20, "s1").ended, std::vector<std::string>{"a"});
        QCOMPARE(desk.wallet().status, WalletStatus::Revoked);
        QCOMPARE(desk.wallet().health, WalletHealth::Revoked);
        QCOMPARE(desk.wallet().lastEvent, std::string("wallet.delegation.revoked"));
        QCOMPARE(desk.states(), std::string("a:revoked:0"));
        QCOMPARE(desk.open().error().code, ErrorCode::NotFound);
        QCOMPARE(desk.created("b", 18, "s1").effect, Effect::Stale);
        QCOMPARE(desk.wallet().status, WalletStatus::Revoked);
        QCOMPARE(desk.created("c", 30, "s1").effect, Effect::Current);
        QCOMPARE(desk.wallet().status, WalletStatus::Active);
        QCOMPARE(desk.states(), std::string("a:revoked:0,b:revoked:0,c:current:1"));
    }

    /// Somebody kept the rows, and puts them back into the file when they have ended.
    void rowsThatWerePutBackAreNotUsed_data()
    {
        QTest::addColumn<QByteArray>("how");
        for (const char* how : {"revoked", "revoked as a whole", "reshared", "reshared without a set"}) {
            QTest::newRow(how) << QByteArray(how);
        }
    }

    void rowsThatWerePutBackAreNotUsed()
    {
        QFETCH(const QByteArray, how);
        Desk desk;
        const bool hasSet = !how.endsWith("without a set");
        desk.created("a", 10, hasSet ? std::optional<std::string>("s1") : std::nullopt);
        SQLite::Database& file = desk.profile.database->handle();
        file.exec(
            "CREATE TEMP TABLE kept_wallet AS SELECT * FROM wallet;"
            "CREATE TEMP TABLE kept_delegation AS SELECT * FROM delegation");
        if (how.startsWith("reshared")) {
            desk.created("b", 20, hasSet ? std::optional<std::string>("s2") : std::nullopt);
            QCOMPARE(desk.open()->eventId, std::string("b"));
        } else {
            desk.revoked("r", 20, how == "revoked" ? std::optional<std::string>("s1") : std::nullopt);
        }
        file.exec(
            "UPDATE delegation SET (state, sealed_share, sealed_wallet_api_key, ended_at) = (SELECT state, "
            "sealed_share, sealed_wallet_api_key, ended_at FROM kept_delegation) WHERE event_id = 'a';"
            "UPDATE wallet SET (status, health, delegation_id, share_set_id) = (SELECT status, health, "
            "delegation_id, share_set_id FROM kept_wallet)");
        QVERIFY(desk.states().starts_with("a:current:1"));
        QCOMPARE(desk.open().error().code, ErrorCode::NotFound);
        // A delegation that comes after that works as ever.
        desk.created("c", 30, hasSet ? std::optional<std::string>("s3") : std::nullopt);
        QCOMPARE(desk.open()->eventId, std::string("c"));
    }

    void revocationBeforeTheDelegation()
    {
        Desk desk;
        QCOMPARE(desk.revoked("r", 20).effect, Effect::Revoked);
        QCOMPARE(WalletCatalog(*desk.profile.database).count().value(), 0);
        QCOMPARE(desk.created("a", 10).effect, Effect::Stale);
        QCOMPARE(desk.wallet().status, WalletStatus::Revoked);
        QCOMPARE(desk.wallet().lastEventAt, 20);
        QCOMPARE(desk.wallet().lastEvent, std::string("wallet.delegation.revoked"));
        QCOMPARE(desk.states(), std::string("a:revoked:0"));
    }

    void staysRevokedHere()
    {
        Desk desk;
        desk.created("a", 10);
        desk.revoked("r", 20);
        desk.profile.database->handle().exec("UPDATE wallet SET health = 'revoked-here'");
        desk.revoked("q", 30);
        QCOMPARE(desk.wallet().health, WalletHealth::RevokedHere);
    }

    /// Of delegations that need never have come.
    void tellsWhatIsOver()
    {
        Desk desk;
        const auto isOver = [&](const std::string& eventId, UnixMillis at,
                                std::optional<std::string> set = {}) {
            return *desk.store.isOver("wallet", {eventId, at, std::move(set)});
        };
        QVERIFY(!isOver("e", 1));
        (void)desk.created("e2", 2000, "set-2");
        QVERIFY(isOver("e1", 1999));
        QVERIFY(!isOver("e2", 2000));
        QVERIFY(!isOver("e3", 2001));
        (void)desk.revoked("r", 3000, "set-2");
        QVERIFY(isOver("e2", 2000, "set-2"));
        QVERIFY(isOver("e3", 2500, "set-2"));
        QVERIFY(!isOver("e3", 2500, "set-3"));
        QVERIFY(isOver("e3", 2500));  // which share set is not known
        QVERIFY(!isOver("e3", 3001));
        QVERIFY(!*desk.store.isOver("another", {"e", 1, {}}));
    }

    void refusesAnotherAddress()
    {
        Desk desk;
        desk.created("a", 10);
        CreatedDelegation other = desk.delegation("b", 20);
        other.address = *readAddress("EVM", "0x0000000000000000000000000000000000000001");
        const auto outcome = transact(*desk.profile.database,
                                      [&] { return desk.store.applyCreated(other, desk.material("b")); });
        QCOMPARE(outcome->effect, Effect::AddressConflict);
        QCOMPARE(desk.states(), std::string("a:current:1"));
    }

    void replacesWhatARetryBrings()
    {
        Desk desk;
        const auto unopened = transact(*desk.profile.database, [&] {
            return desk.store.applyCreated(desk.delegation("a", 10), DelegationMaterial{.detail = "no key"});
        });
        QCOMPARE(unopened->effect, Effect::Current);
        QCOMPARE(desk.states(), std::string("a:undecryptable:0"));
        QCOMPARE(desk.wallet().status, WalletStatus::Unusable);
        QCOMPARE(desk.wallet().healthDetail, std::string("no key"));
        QCOMPARE(desk.open().error().code, ErrorCode::NotFound);
        QCOMPARE(desk.created("a", 10).effect, Effect::Current);
        QCOMPARE(desk.states(), std::string("a:current:1"));
        QCOMPARE(desk.wallet().status, WalletStatus::Active);
        QCOMPARE(desk.wallet().healthDetail, std::string());
    }

    void recordsBeforeItOpens()
    {
        Desk desk;
        desk.created("a", 10);
        QVERIFY(desk.open().has_value());
        const auto page = desk.audit.page(0, 1);
        QCOMPARE(page->front().kind, std::string("material.opened"));
        QCOMPARE(page->front().subject, std::string("wallet"));
        QVERIFY(page->front().detail.find("secretShare") == std::string::npos);

        // Even when the box turns out to be somebody else's, the attempt is on record.
        desk.profile.database->handle().exec("UPDATE delegation SET sealed_share = sealed_wallet_api_key");
        QCOMPARE(desk.open().error().code, ErrorCode::Corrupt);
        QCOMPARE(desk.audit.page(0, 10)->size(), std::size_t{2} + recordsAtStart(desk));

        desk.profile.vault->lock();
        QCOMPARE(desk.open().error().code, ErrorCode::Locked);
    }

    void opensNothingThatCannotBeRecorded()
    {
        Desk desk;
        desk.created("a", 10);
        QVERIFY(desk.open().has_value());
        QVERIFY(std::filesystem::remove(desk.profile.paths.auditHead()));
        QCOMPARE(desk.open().error().code, ErrorCode::Corrupt);
        QVERIFY(desk.audit.reseal("test").has_value());
        QVERIFY(desk.open().has_value());
    }

private:
    static std::size_t recordsAtStart(Desk& desk)
    {
        return static_cast<std::size_t>(
            desk.profile.database->handle()
                .execAndGet("SELECT count(*) FROM audit WHERE kind <> 'material.opened'")
                .getInt());
    }
};

COUNTERSIGN_GUILESS_TEST(DelegationStoreTest)
#include "DelegationStore_test.moc"
