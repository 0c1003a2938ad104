#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/evm/typed/TypedDataCases.h"

#include <QTest>

using namespace countersign;
using namespace countersign::meaning;
using namespace countersign::testing;

// Signed transfers (ERC-3009), calls (Safe, forwarders), votes and delegations.

namespace {

constexpr std::string_view authorizationType =
    "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,"
    "bytes32 nonce)";
constexpr std::string_view safeType =
    "SafeTx(address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas,uint256 baseGas,"
    "uint256 gasPrice,address gasToken,address refundReceiver,uint256 nonce)";
constexpr std::string_view forwardType =
    "ForwardRequest(address from,address to,uint256 value,uint256 gas,uint256 nonce,uint48 deadline,bytes "
    "data)";
constexpr std::string_view delegationType =
    "Delegation(address delegate,address delegator,bytes32 authority,Caveat[] caveats,uint256 salt)"
    "Caveat(address enforcer,bytes terms)";
constexpr const char* noAddress = "0x0000000000000000000000000000000000000000";
constexpr const char* theSafe = "0x5FbDB2315678afecb367f032d93F642f64180aa3";
const std::string word = "0x" + std::string(64, '1');
/// transfer(stranger, 5 USDC)
const std::string transferCall =
    "0xa9059cbb0000000000000000000000003c44cdddb6a900fa2b585dd299e03d12fa4293bc" + std::string(58, '0') +
    "4c4b40";

Json authorization(std::string_view type = authorizationType)
{
    return typedData(type, domainOf("USD Coin", usdc),
                     {{"from", signer},
                      {"to", stranger},
                      {"value", "5000000"},
                      {"validAfter", 0},
                      {"validBefore", 1767225600},
                      {"nonce", word}});
}

Json safeTransaction(const std::string& data = transferCall, int operation = 0)
{
    return typedData(safeType, {{"chainId", 1}, {"verifyingContract", theSafe}},
                     {{"to", usdc},
                      {"value", 0},
                      {"data", data},
                      {"operation", operation},
                      {"safeTxGas", 0},
                      {"baseGas", 0},
                      {"gasPrice", 0},
                      {"gasToken", noAddress},
                      {"refundReceiver", noAddress},
                      {"nonce", 12}});
}

Json forwardRequest(const std::string& data = transferCall)
{
    return typedData(forwardType, domainOf("Forwarder", router),
                     {{"from", signer},
                      {"to", usdc},
                      {"value", 0},
                      {"gas", 100'000},
                      {"nonce", 0},
                      {"deadline", 1767225600},
                      {"data", data}});
}

bool hasFinding(const Meaning& meaning, std::string_view id)
{
    return std::ranges::find(meaning.findings, id, &Finding::id) != meaning.findings.end();
}

}  // namespace

class SignedActionsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsTransferAuthorization()
    {
        const Meaning meaning = explained(authorization());
        QVERIFY(meaning.understood);
        QCOMPARE(idsOf(meaning), std::string());
        QVERIFY(meaning.intent.starts_with("Send 5 USDC (0xA0b8"));
        QVERIFY(meaning.intent.ends_with("when somebody submits it"));
        QCOMPARE(meaning.effects.size(), std::size_t(1));
        QCOMPARE(meaning.effects[0].direction, Effect::Direction::Out);
        QCOMPARE(*meaning.effects[0].amount, Uint256(5'000'000));
        QCOMPARE(*meaning.effects[0].account, std::string(stranger));
        const std::string receive = "Receive" + std::string(authorizationType.substr(8));
        QVERIFY(explained(authorization(receive)).intent.ends_with("when the recipient claims it"));
    }

    void flagsTransferAuthorization()
    {
        QCOMPARE(idsOf(explained(authorization(), signedBy(stranger))),
                 std::string("message.signer.mismatch!"));
        Json json = authorization();
        json["message"]["validBefore"] = maxUint256;
        QCOMPARE(idsOf(explained(json)), std::string("message.deadline.none"));
        json = authorization();
        json["domain"]["verifyingContract"] = stranger;  // who is the recipient as well
        QCOMPARE(idsOf(explained(json)), std::string("message.contract.unexpected,recipient.tokenContract!"));
        json = authorization();
        json["types"]["TransferWithAuthorization"][5]["type"] = "bytes31";
        json["message"]["nonce"] = word.substr(0, 64);
        QCOMPARE(idsOf(explained(json)), std::string("message.typedData.unknown"));
    }

    void judgesRecipientsOfTransfers()
    {
        Json json = authorization();
        json["message"]["to"] = noAddress;
        QVERIFY(hasFinding(explained(json), "recipient.zero"));
        json["message"]["to"] = usdc;
        QVERIFY(hasFinding(explained(json), "recipient.tokenContract"));
    }

    void readsCancellation()
    {
        Json json = typedData("CancelAuthorization(address authorizer,bytes32 nonce)",
                              domainOf("USD Coin", usdc), {{"authorizer", signer}, {"nonce", word}});
        const Meaning meaning = explained(json);
        QVERIFY(meaning.understood);
        QVERIFY(meaning.intent.starts_with("Cancel an authorised transfer of USDC"));
        QCOMPARE(idsOf(meaning), std::string());
        json["message"]["authorizer"] = stranger;
        QCOMPARE(idsOf(explained(json)), std::string("message.signer.mismatch!"));
    }

    void readsSafeTransaction()
    {
        const Meaning meaning = explained(safeTransaction());
        QVERIFY(meaning.understood);
        QVERIFY(meaning.intent.starts_with("As Safe 0x5FbD"));
        QVERIFY(!hasFinding(meaning, "message.signer.mismatch"));
        QCOMPARE(fieldOf(meaning, "domain.verifyingContract"), std::string(theSafe));
        QCOMPARE(fieldOf(meaning, "message.operation"), std::string("call"));
        QCOMPARE(fieldOf(meaning, "message.nonce"), std::string("12"));
        QVERIFY(!meaning.effects.empty());
        Json old = safeTransaction();
        old["domain"].erase("chainId");
        old["types"]["SafeTx"][5]["name"] = "dataGas";
        old["message"]["dataGas"] = 0;
        old["message"].erase("baseGas");
        QVERIFY(hasFinding(explained(old), "message.domain.noChain"));
        QCOMPARE(fieldOf(explained(old), "message.dataGas"), std::string("0"));
    }

    void doesNotUnderstandWhatTheSafeDoes()
    {
        QVERIFY(!explained(safeTransaction("0x12345678")).understood);
        QVERIFY(!explained(safeTransaction(transferCall, 1)).understood);
        QCOMPARE(idsOf(explained(safeTransaction(transferCall, 2))),
                 std::string("message.typedData.unknown"));
        Json named = safeTransaction();
        named["domain"]["name"] = "Safe";
        QCOMPARE(idsOf(explained(named)), std::string("message.typedData.unknown"));
    }

    void tellsOfASafesRefund()
    {
        QVERIFY(!hasFinding(explained(safeTransaction()), "evm.safe.refund"));
        Json json = safeTransaction();
        json["message"]["gasPrice"] = 1;
        json["message"]["gasToken"] = usdc;
        json["message"]["refundReceiver"] = stranger;
        const Meaning meaning = explained(json);
        QVERIFY(hasFinding(meaning, "evm.safe.refund"));
        QCOMPARE(*meaning.effects.back().account, std::string(stranger));
        QCOMPARE(*meaning.effects.back().asset, std::string("eip155:1/erc20:") + usdc);
    }

    void readsForwardRequest()
    {
        const Meaning meaning = explained(forwardRequest());
        QVERIFY(meaning.understood);
        QVERIFY(meaning.intent.starts_with("Through a forwarder: "));
        QVERIFY(!hasFinding(meaning, "message.contract.unexpected"));
        Json json = forwardRequest();
        json["domain"]["verifyingContract"] = stranger;
        json["message"]["from"] = stranger;
        json["message"]["deadline"] = 281474976710655;
        const Meaning flagged = explained(json);
        QVERIFY(hasFinding(flagged, "message.contract.unexpected"));
        QVERIFY(hasFinding(flagged, "message.signer.mismatch"));
        QVERIFY(hasFinding(flagged, "message.deadline.none"));
        QVERIFY(!explained(forwardRequest("0x12345678")).understood);
        json = forwardRequest();
        json["message"]["value"] = 1;
        QVERIFY(hasFinding(explained(json), "message.forward.value"));
        QVERIFY(!explained(json).understood);
    }

    void readsBallots()
    {
        Json json = typedData("Ballot(uint256 proposalId,uint8 support)", domainOf("Governor", router),
                              {{"proposalId", 77}, {"support", 1}});
        const Meaning meaning = explained(json);
        QVERIFY(meaning.understood);
        QVERIFY(meaning.intent.starts_with("Vote \"for\" on proposal 77 of Universal Router"));
        QCOMPARE(idsOf(meaning), std::string());
        json["message"]["support"] = 3;
        QCOMPARE(idsOf(explained(json)), std::string("message.typedData.unknown"));
        json = typedData("Ballot(uint256 proposalId,bool support)", domainOf("Governor", stranger),
                         {{"proposalId", 77}, {"support", false}});
        QVERIFY(explained(json).intent.starts_with("Vote \"against\""));
        QCOMPARE(explained(json).findings[0].severity, Severity::Info);
        json = typedData(
            "ExtendedBallot(uint256 proposalId,uint8 support,address voter,uint256 nonce,string reason,bytes "
            "params)",
            domainOf("Governor", router),
            {{"proposalId", 77},
             {"support", 2},
             {"voter", signer},
             {"nonce", 0},
             {"reason", "no"},
             {"params", "0x"}});
        QVERIFY(explained(json).understood);
        QCOMPARE(idsOf(explained(json, signedBy(stranger))), std::string("message.signer.mismatch!"));
        json["message"]["params"] = "0x01";
        QVERIFY(!explained(json).understood);
    }

    void readsVoteDelegation()
    {
        const Json json =
            typedData("Delegation(address delegatee,uint256 nonce,uint256 expiry)", domainOf("Token", usdc),
                      {{"delegatee", stranger}, {"nonce", 0}, {"expiry", maxUint256}});
        const Meaning meaning = explained(json);
        QVERIFY(meaning.understood);
        QCOMPARE(idsOf(meaning), std::string("message.deadline.none"));
        QCOMPARE(meaning.effects[0].direction, Effect::Direction::Power);
    }

    void doesNotUnderstandDelegations()
    {
        Json json = typedData(delegationType, domainOf("DelegationManager", router),
                              {{"delegate", stranger},
                               {"delegator", signer},
                               {"authority", word},
                               {"caveats", Json::array()},
                               {"salt", 1}});
        const Meaning meaning = explained(json);
        QVERIFY(!meaning.understood);
        QCOMPARE(idsOf(meaning), std::string("message.delegation!"));
        QVERIFY(meaning.findings[0].detail.find("without any limit") != std::string::npos);
        QCOMPARE(*meaning.effects[0].account, std::string(stranger));
        json["message"]["caveats"].push_back({{"enforcer", router}, {"terms", "0x01"}});
        QVERIFY(explained(json).findings[0].detail.find("1 of them") != std::string::npos);
        QCOMPARE(fieldOf(explained(json), "message.caveats[0].terms"), std::string("0x01"));
    }

    void showsEveryValue()
    {
        QCOMPARE(unseenChange(authorization()), std::string());
        QCOMPARE(unseenChange(safeTransaction()), std::string());
        QCOMPARE(unseenChange(forwardRequest()), std::string());
    }
};

COUNTERSIGN_APPLESS_TEST(SignedActionsTest)
#include "SignedActions_test.moc"
