#include "core/chain/solana/transaction/SolanaTransactionJson.h"

#include "core/base/encoding/Base64.h"
#include "core/chain/solana/transaction/SolanaTransactionText.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/message/MessageFactory.h"

#include <QTest>

using namespace countersign;
using test::addressNumber;

namespace {

Json jsonOf(const SolanaMessage& message)
{
    return toJson(*solana::parseTransactionOrMessage(solana::serialize(message)));
}

/// 1 sends 7 lamports to 3; 2 signs too.
SolanaMessage transfer()
{
    SolanaMessage message = test::plainMessage();
    message.accountKeys[3] = {};
    message.instructions = {{3, {0, 2}, {2, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0}}};
    return message;
}

}  // namespace

class SolanaTransactionJsonTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsALegacyTransaction()
    {
        const Json json = jsonOf(transfer());
        QStringList names;
        for (const auto& [name, value] : json.items()) {
            names << QString::fromStdString(name);
        }
        QCOMPARE(names.join(u' '),
                 QStringLiteral("version feePayer signers recentBlockhash instructions lookups"));
        QCOMPARE(json["version"], Json("legacy"));
        QCOMPARE(json["feePayer"], Json(toText(addressNumber(1))));
        QCOMPARE(json["signers"], Json::array({toText(addressNumber(1)), toText(addressNumber(2))}));
        QCOMPARE(json["recentBlockhash"], Json(toText(addressNumber(9))));
        QCOMPARE(json["lookups"], Json::array());
        QCOMPARE(json["instructions"].size(), std::size_t{1});
        const Json& instruction = json["instructions"][0];
        QCOMPARE(instruction["program"], Json("system"));
        QCOMPARE(instruction["programId"], Json("11111111111111111111111111111111"));
        QCOMPARE(instruction["name"], Json("transfer"));
        QCOMPARE(instruction["accounts"][0]["address"], Json(toText(addressNumber(1))));
        QCOMPARE(instruction["accounts"][0]["signer"], Json(true));
        QCOMPARE(instruction["accounts"][0]["writable"], Json(true));
        QCOMPARE(instruction["accounts"][1]["signer"], Json(false));
        QCOMPARE(instruction["fields"]["lamports"], Json("7"));
    }

    void tellsLookups()
    {
        const Json json = jsonOf(test::lookupMessage());
        QCOMPARE(json["version"], Json(0));
        QVERIFY(!json.contains("config"));
        QCOMPARE(json["lookups"].size(), std::size_t{1});
        QCOMPARE(json["lookups"][0], (Json{{"table", toText(addressNumber(7))},
                                           {"writableIndexes", Json::array({10, 11})},
                                           {"readonlyIndexes", Json::array({12})}}));
        const Json& accounts = json["instructions"][0]["accounts"];
        QCOMPARE(accounts.size(), std::size_t{4});
        QVERIFY(accounts[1]["address"].is_null());
        QCOMPARE(accounts[1]["writable"], Json(true));
        QCOMPARE(accounts[3]["writable"], Json(false));
        // A program that nobody knows here.
        QVERIFY(json["instructions"][0]["name"].is_null());
        QCOMPARE(json["instructions"][0]["data"], Json(toBase64(Bytes{0xaa, 0xbb})));
    }

    void tellsTheConfigurationOfVersion1()
    {
        SolanaMessage message = test::v1Message();
        message.config.priorityFeeLamports = UINT64_MAX;
        Json json = jsonOf(message);
        QCOMPARE(json["version"], Json(1));
        QCOMPARE(json["config"], (Json{{"priorityFeeLamports", "18446744073709551615"},
                                       {"computeUnitLimit", "200000"},
                                       {"loadedAccountsDataSizeLimit", "65536"},
                                       {"heapSize", "32768"}}));
        QCOMPARE(json["lookups"], Json::array());
        message.config = {};
        message.config.computeUnitLimit = 0;
        json = jsonOf(message);
        QCOMPARE(json["config"]["computeUnitLimit"], Json("0"));
        QVERIFY(json["config"]["priorityFeeLamports"].is_null() && json["config"]["heapSize"].is_null());
    }

    void tellsAnEmptyTransaction()
    {
        SolanaMessage message = test::plainMessage();
        message.instructions.clear();
        message.recentBlockhash.fill(0);
        const Json json = jsonOf(message);
        QCOMPARE(json["instructions"], Json::array());
        QCOMPARE(json["recentBlockhash"], Json("11111111111111111111111111111111"));
    }
};

COUNTERSIGN_APPLESS_TEST(SolanaTransactionJsonTest)
#include "SolanaTransactionJson_test.moc"
