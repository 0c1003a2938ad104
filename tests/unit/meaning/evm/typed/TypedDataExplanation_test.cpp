#include "core/chain/evm/typeddata/TypedData.h"
#include "core/crypto/primitives/Sha256.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/evm/typed/TypedDataCases.h"

#include <QTest>

using namespace countersign;
using namespace countersign::meaning;
using namespace countersign::testing;

namespace {

constexpr std::string_view mailType =
    "Mail(Person from,Person[] to,string contents,bytes data,int8 mood,bool urgent,uint256[2][] grid)"
    "Person(string name,address wallet)";

Json mail()
{
    return typedData(mailType, domainOf("Mail", stranger),
                     {{"from", {{"name", "Cow"}, {"wallet", signer}}},
                      {"to", {{{"name", "Bob"}, {"wallet", stranger}}}},
                      {"contents", "Hello"},
                      {"data", "0x00ff"},
                      {"mood", -5},
                      {"urgent", false},
                      {"grid", {{"0x10", 2}, {3, 4}}}});
}

}  // namespace

class TypedDataExplanationTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void listsWhatItDoesNotKnow()
    {
        const Meaning meaning = explained(mail());
        QVERIFY(!meaning.understood);
        QVERIFY(meaning.intent.empty());
        QVERIFY(meaning.effects.empty());
        QCOMPARE(idsOf(meaning), std::string("message.typedData.unknown"));
        QCOMPARE(fieldOf(meaning, "primaryType"), std::string("Mail"));
        QCOMPARE(fieldOf(meaning, "domain.verifyingContract"), std::string(stranger));
        QCOMPARE(fieldOf(meaning, "message.from.wallet"), std::string(signer));
        QCOMPARE(fieldOf(meaning, "message.to[0].name"), std::string("Bob"));
        QCOMPARE(fieldOf(meaning, "message.data"), std::string("0x00ff"));
        QCOMPARE(fieldOf(meaning, "message.mood"), std::string("-5"));
        QCOMPARE(fieldOf(meaning, "message.urgent"), std::string("false"));
        QCOMPARE(fieldOf(meaning, "message.grid[0][0]"), std::string("16"));
        QCOMPARE(fieldOf(meaning, "message.grid[1][1]"), std::string("4"));
        QCOMPARE(meaning.fields.size(), std::size_t(1 + 4 + 2 + 2 + 4 + 4));
    }

    void listsWhatIsEmpty()
    {
        Json json = mail();
        json["message"]["to"] = Json::array();
        json["message"]["from"] = nullptr;
        const Meaning meaning = explained(json);
        QCOMPARE(fieldOf(meaning, "message.to"), std::string("(none)"));
        QCOMPARE(fieldOf(meaning, "message.from"), std::string("(none)"));
        QCOMPARE(idsOf(meaning), std::string("message.typedData.unknown"));
    }

    void boundsTheList()
    {
        Json json = mail();
        for (int i = 0; i < 5'000; ++i) {
            json["message"]["grid"].push_back({i, i});
        }
        const Meaning meaning = explained(json);
        QCOMPARE(meaning.fields.size(), std::size_t(400));
        QCOMPARE(idsOf(meaning), std::string("message.incomplete,message.typedData.unknown"));
    }

    void hashesTheBytesThatAreSigned()
    {
        const auto hash = hashTypedData(mail());
        Bytes bytes{0x19, 0x01};
        bytes.insert(bytes.end(), hash->domainHash.begin(), hash->domainHash.end());
        bytes.insert(bytes.end(), hash->structHash.begin(), hash->structHash.end());
        QCOMPARE(keccak256(bytes), hash->digest);
        QCOMPARE(tryToExplain(mail())->bytes, toHex(sha256(bytes)));
    }

    void handsErrorsOn()
    {
        Json undeclared = mail();
        undeclared["message"]["amount"] = "1 USDC";
        const auto refused = tryToExplain(undeclared);
        QVERIFY(!refused);
        QCOMPARE(refused.error(), hashTypedData(undeclared, UndeclaredMembers::Refuse).error());
        QVERIFY(!tryToExplain(Json()));
        QVERIFY(!tryToExplain(Json::array()));
        Json wrong = mail();
        wrong["message"]["mood"] = 200;
        QCOMPARE(tryToExplain(wrong).error().code, ErrorCode::InvalidInput);
    }

    void checksTheDomain()
    {
        QCOMPARE(idsOf(explained(mail(), {.chain = Uint256(5), .from = {}, .domain = {}})),
                 std::string("message.domain.chainMismatch!,message.typedData.unknown"));
        QCOMPARE(idsOf(explained(mail(), {})), std::string("message.typedData.unknown"));
        Json json = mail();
        json["domain"] = {{"name", "snapshot"}, {"version", "0.1.4"}};
        QCOMPARE(idsOf(explained(json)),
                 std::string("message.domain.noChain,message.domain.noContract,message.typedData.unknown"));
        json = mail();
        json["domain"]["verifyingContract"] = "0x0000000000000000000000000000000000000000";
        QCOMPARE(idsOf(explained(json)), std::string("message.domain.noContract,message.typedData.unknown"));
        // A chain in words binds to nothing.
        json = mail();
        json["types"]["EIP712Domain"] =
            typesOf("EIP712Domain(string name,string version,string chainId,address verifyingContract)")
                ["EIP712Domain"];
        json["domain"]["chainId"] = "1";
        QCOMPARE(idsOf(explained(json)), std::string("message.domain.noChain,message.typedData.unknown"));
    }

    void doesNotUnderstandADomainAlone()
    {
        Json json = mail();
        json["primaryType"] = "EIP712Domain";
        json["message"] = Json::object();
        const Meaning meaning = explained(json);
        QCOMPARE(idsOf(meaning), std::string("message.typedData.unknown"));
        QCOMPARE(fieldOf(meaning, "domain.name"), std::string("Mail"));
        QCOMPARE(meaning.fields.size(), std::size_t(5));
    }

    void neutralisesWhatItShows()
    {
        Json json = mail();
        json["message"]["contents"] = "a\xe2\x80\xae\n\x1b[31mb";
        const Meaning meaning = explained(json);
        QCOMPARE(fieldOf(meaning, "message.contents"), std::string("a [31mb"));
        QCOMPARE(idsOf(meaning), std::string("message.text.hidden,message.typedData.unknown"));
    }
};

COUNTERSIGN_APPLESS_TEST(TypedDataExplanationTest)
#include "TypedDataExplanation_test.moc"
