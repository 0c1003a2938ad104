#include "core/crypto/keys/Address.h"
#include "core/crypto/primitives/Ed25519.h"
#include "core/delegation/DelegationStore.h"
#include "core/inbox/Ingestor.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/inbox/IngestorDesk.h"
#include "tests/support/fixtures/inbox/WebhookFactory.h"

#include <QFile>
#include <QTest>

#include <algorithm>
#include <functional>

using namespace countersign;
using namespace countersign::testing;

class IngestorMaterialTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesEnvelopesOfAnySizeThatABodyHolds()
    {
        IngestorDesk desk;
        std::string numbers = "[0";
        while (numbers.size() < 100'000) {
            numbers += ",255";
        }
        const DelegationParts parts{.share =
                                        R"({"pubkey":{},"more":)" + numbers + R"(],"secretShare":"00ff"})"};
        QCOMPARE(desk.take({desk.webhooks.created(parts)}).applied, 1);
        QCOMPARE(desk.wallet(parts.walletId).status, WalletStatus::Active);
        AuditLog audit(*desk.profile.database, *desk.profile.vault, desk.profile.clock);
        const auto material =
            DelegationStore(*desk.profile.database).open(parts.walletId, "test", *desk.profile.vault, audit);
        QVERIFY(material.has_value());
        QVERIFY(material->share.equals(asBytes(parts.share)));
    }

    /// The kid only says which key comes first.
    void anOddKidKeepsNothingFromBeingOpened()
    {
        IngestorDesk desk;
        for (const Json& kid :
             {Json(7), Json(""), Json(std::string(300, 'k')), Json::array(), Json("unknown")}) {
            Json body = desk.webhooks.created({});
            body["data"]["encryptedDelegatedShare"]["kid"] = kid;
            body["data"]["encryptedWalletApiKey"]["kid"] = kid;
            QCOMPARE(desk.take({body}).applied, 1);
        }
        QCOMPARE(desk.number("SELECT count(*) FROM wallet WHERE status = 'active'"), 5);
    }

    /// Signed, with the wallet's id and whatever else: the wallet is revoked.
    void noRevocationIsLost()
    {
        IngestorDesk desk;
        const auto revokes = [&](const std::function<void(Json&)>& change) {
            const DelegationParts parts;
            desk.take({desk.webhooks.created(parts)});
            Json body = WebhookFactory::revoked(parts.walletId, parts.at + 1);
            change(body);
            const IngestReport first = desk.take({body});
            QCOMPARE(first.applied + first.quarantined, 1);
            QCOMPARE(desk.wallet(parts.walletId).status, WalletStatus::Revoked);
            QCOMPARE(desk.take({body}).applied, 0);
            QCOMPARE(desk.wallet(parts.walletId).status, WalletStatus::Revoked);
        };
        revokes([](Json& body) { body["data"]["userId"] = 7; });
        revokes([](Json& body) { body["data"]["userId"] = ""; });
        revokes([](Json& body) { body["data"]["shareSetId"] = ""; });
        revokes([](Json& body) { body["messageId"] = "\xc3\xa9"; });
        revokes([](Json& body) { body["environmentId"] = 5; });
        revokes([](Json& body) { body["environmentName"] = Json::array(); });
        revokes([](Json& body) { body.erase("timestamp"); });
        revokes([](Json& body) { body["timestamp"] = 1'750'000'000; });
        revokes([](Json& body) { body.erase("eventId"); });
        revokes([](Json& body) { body["eventId"] = 12; });
        revokes([&](Json& body) {
            // Of another event: it takes effect, and waits for somebody to look at it.
            body["eventId"] = desk.text("SELECT event_id FROM delegation ORDER BY id DESC LIMIT 1");
        });
        QCOMPARE(desk.number("SELECT count(*) FROM quarantine WHERE reason_code <> 'conflict'"), 0);
        QCOMPARE(desk.number("SELECT count(*) FROM delegation WHERE sealed_share IS NOT NULL"), 0);
    }

    void brokenEnvelopesAreUndecryptable()
    {
        IngestorDesk desk;
        const auto broken = [&](const char* member, const Json& value) {
            Json body = desk.webhooks.created({});
            body["data"]["encryptedDelegatedShare"][member] = value;
            return body;
        };
        const IngestReport report =
            desk.take({broken("tag", "AAAA"), broken("iv", 7), broken("ct", "!"), broken("ek", nullptr),
                       broken("alg", "RSA1_5"), broken("ek", "AAAA")});
        QCOMPARE(report.quarantined, 6);
        const auto items = desk.deliveries.quarantine().value();
        for (const QuarantineItem& item : items) {
            QCOMPARE(item.reasonCode, std::string("undecryptable"));
            QVERIFY2(item.detail.find("share: ") != std::string::npos, item.detail.c_str());
        }
        QCOMPARE(desk.number("SELECT count(*) FROM wallet WHERE status = 'unusable'"), 6);
    }

    void judgesTheShare()
    {
        IngestorDesk desk;
        const DelegationParts locked{.share =
                                         R"({"salt":"c2FsdA==","iv":"aXY=","cipher":"eA==","version":"v3"})"};
        const DelegationParts odd{.share = "not JSON at all"};
        const DelegationParts mismatch{
            .chain = "solana:mainnet",
            .address = "So11111111111111111111111111111111111111112",
            .share = shareWithKey(ed25519::publicKey(SecretBytes::random(32)).value())};
        const auto key = ed25519::publicKey(SecretBytes::random(32)).value();
        const DelegationParts match{.chain = "svm", .address = toText(key), .share = shareWithKey(key)};
        const IngestReport report =
            desk.take({desk.webhooks.created(locked), desk.webhooks.created(odd),
                       desk.webhooks.created(mismatch), desk.webhooks.created(match)});
        QCOMPARE(report.applied, 3);
        QCOMPARE(report.quarantined, 1);
        QCOMPARE(desk.wallet(locked.walletId).health, WalletHealth::PasswordProtected);
        QCOMPARE(desk.wallet(odd.walletId).health, WalletHealth::Undecryptable);
        QCOMPARE(desk.wallet(mismatch.walletId).health, WalletHealth::AddressMismatch);
        QCOMPARE(desk.wallet(match.walletId).health, WalletHealth::Unconfirmed);
        QCOMPARE(desk.wallet(match.walletId).chain, std::string("SVM"));
        for (const auto* parts : {&locked, &odd, &mismatch}) {
            QCOMPARE(desk.wallet(parts->walletId).status, WalletStatus::Unusable);
        }
        // Nothing is lost: every one of them is sealed.
        QCOMPARE(desk.number("SELECT count(*) FROM delegation WHERE sealed_share IS NOT NULL"), 4);
    }

    void endedMaterialIsGone()
    {
        IngestorDesk desk;
        const DelegationParts first{.walletId = "w", .at = 1000};
        const Json firstBody = desk.webhooks.created(first);
        desk.take({firstBody, firstBody, desk.webhooks.created({.walletId = "w", .at = 2000})});
        QCOMPARE(desk.number("SELECT count(*) FROM delivery WHERE redacted_at IS NOT NULL"), 2);
        QCOMPARE(desk.number("SELECT count(*) FROM delegation WHERE sealed_share IS NOT NULL"), 1);
        desk.take({WebhookFactory::revoked("w", 3000)});
        QCOMPARE(desk.number("SELECT count(*) FROM delegation WHERE sealed_share IS NOT NULL OR "
                             "sealed_wallet_api_key IS NOT NULL"),
                 0);
        // A repeat of what is over is blanked too, and so is one that comes too late.
        desk.take({firstBody, desk.webhooks.created({.walletId = "w", .at = 500})});
        QCOMPARE(desk.wallet("w").status, WalletStatus::Revoked);
        QCOMPARE(
            desk.number(
                "SELECT count(*) FROM delivery WHERE event_name LIKE '%created' AND redacted_at IS NULL"),
            0);
        const auto content = desk.deliveries.content(1);
        QCOMPARE(content->bodySha256, toBytes(sha256(asBytes(dumpJson(firstBody)))));
        QVERIFY(content->redactedAt.has_value());
        const auto left = parseJson(asText(content->body));
        QCOMPARE((*left)["data"]["encryptedDelegatedShare"]["ct"].get<std::string>(), std::string());
        QCOMPARE((*left)["data"]["walletId"].get<std::string>(), std::string("w"));

        // Neither the database nor its log holds the ciphertext any more.
        const std::string ciphertext = firstBody["data"]["encryptedDelegatedShare"]["ct"].get<std::string>();
        for (const char* name : {"profile.sqlite", "profile.sqlite-wal"}) {
            QFile file(QString::fromStdString((desk.profile.paths.root / name).string()));
            if (file.open(QIODevice::ReadOnly)) {
                QVERIFY2(!file.readAll().contains(ciphertext.c_str()), name);
            }
        }
    }

    /// A reader keeps the old pages alive, a crash can come before they are gone: they go at a later contact.
    void destroyedMaterialLeavesTheFilesLater_data()
    {
        QTest::addColumn<bool>("afterRestart");
        QTest::newRow("the same process") << false;
        QTest::newRow("after a restart") << true;
    }

    void destroyedMaterialLeavesTheFilesLater()
    {
        QFETCH(const bool, afterRestart);
        IngestorDesk desk;
        const Json body = desk.webhooks.created({.walletId = "w", .at = 1000});
        const std::string ciphertext = body["data"]["encryptedDelegatedShare"]["ct"].get<std::string>();
        const auto filesHoldIt = [&] {
            return std::ranges::any_of(std::array{"", "-wal"}, [&](const char* suffix) {
                QFile file(QString::fromStdString(desk.profile.paths.database().string() + suffix));
                return file.open(QIODevice::ReadOnly) && file.readAll().contains(ciphertext.c_str());
            });
        };
        desk.take({body});
        const auto reader = desk.profile.openDatabase(Database::Mode::ReadOnly);
        {
            const SQLite::Transaction snapshot(reader->handle());
            QCOMPARE(reader->handle().execAndGet("SELECT count(*) FROM delivery").getInt(), 1);
            QCOMPARE(desk.take({WebhookFactory::revoked("w", 2000)}).applied, 1);
            QVERIFY(desk.ingestor.noteContact(IngestorDesk::url, IngestorDesk::inbox).has_value());
        }
        QVERIFY(filesHoldIt());
        Ingestor restarted(desk.profile.vault, *desk.profile.database, desk.profile.clock);
        QVERIFY((afterRestart ? restarted : desk.ingestor)
                    .noteContact(IngestorDesk::url, IngestorDesk::inbox)
                    .has_value());
        QVERIFY(!filesHoldIt());
    }

    void aNewerDelegationSettlesWhatWaits()
    {
        IngestorDesk desk;
        const WebhookFactory other(IngestorDesk::otherKey().publicKey(), IngestorDesk::secret);
        desk.take({desk.webhooks.created({.walletId = "w", .at = 1000})});
        QCOMPARE(desk.take({other.created({.walletId = "w", .at = 2000})}).quarantined, 1);
        QCOMPARE(desk.wallet("w").status, WalletStatus::Unusable);
        QCOMPARE(desk.take({desk.webhooks.created({.walletId = "w", .at = 3000})}).applied, 1);
        QCOMPARE(desk.wallet("w").status, WalletStatus::Active);
        QCOMPARE(desk.deliveries.quarantineCount().value(), 0);
        QCOMPARE(desk.text("SELECT verdict FROM delivery WHERE id = 2"), std::string("stale"));
    }

private:
    static std::string shareWithKey(BytesView key)
    {
        Json pubkey = Json::object();
        for (std::size_t i = 0; i < key.size(); ++i) {
            pubkey[std::to_string(i)] = key[i];
        }
        return dumpJson({{"pubkey", pubkey}, {"secretShare", "00"}});
    }
};

COUNTERSIGN_GUILESS_TEST(IngestorMaterialTest)
#include "IngestorMaterial_test.moc"
