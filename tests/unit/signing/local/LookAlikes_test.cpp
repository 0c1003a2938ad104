#include "core/signing/local/LookAlikes.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/signing/local/LocalSamples.h"

#include <QTest>

using namespace countersign;
using namespace countersign::samples;

namespace {

/// Of one party, after these were compared.
std::vector<LookAlike> alike(const std::string& party, const std::vector<std::string>& known)
{
    LookAlikes looks({payee(party)});
    for (const std::string& one : known) {
        looks.compare(one, [&one] { return "whose " + one; });
    }
    return looks.found();
}

const std::string solanaOne = "9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM";

}  // namespace

class LookAlikesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bothEnds()
    {
        const auto found = alike(likeShop, {bank, shop});
        QCOMPARE(found.size(), 1U);
        QCOMPARE(found.front().other, shop);
        QCOMPARE(found.front().whose, "whose " + shop);
        QCOMPARE(found.front().atBegin, 4U);
        QCOMPARE(found.front().atEnd, 4U);
    }

    void theSameAddressIsNoLookAlike()
    {
        QVERIFY(alike(shop, {shop, addressKeyOf(shop), bank}).empty());
        QVERIFY(alike(solanaOne, {solanaOne}).empty());
    }

    void theMostAlikeOneIsKept()
    {
        const std::string oneEnd = "0xd8dA6BF2ffffffffffffffffffffffffffffffff";
        QCOMPARE(alike(likeShop, {shop, oneEnd}).front().other, shop);
        QCOMPARE(alike(likeShop, {oneEnd, shop}).front().other, shop);
        QCOMPARE(alike(likeShop, {oneEnd}).front().atEnd, 0U);
    }

    void threeAreNoneAndZerosAreNone()
    {
        QVERIFY(alike("0xd8d0000000000000000000000000000000000045", {shop}).empty());
        QVERIFY(alike("0x0000000000000000000000000000000000abcdef",
                      {"0x000000000022D473030F116dDEE9F6B43aC78BA3"})
                    .empty());
    }

    void base58IsByCase()
    {
        const std::string twin = "9WzDzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzAAWWM";
        const std::string otherCase = "9wzdzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzawwm";
        QCOMPARE(alike(solanaOne, {twin}).size(), 1U);
        QVERIFY(alike(solanaOne, {otherCase}).empty());
        QVERIFY(alike(solanaOne, {shop}).empty());
    }

    void otherLengthsAndNothingAreHarmless()
    {
        QVERIFY(alike(solanaOne, {"", "9", "0x"}).empty());
        QVERIFY(alike(shop, {"", "0", "0x"}).empty());
        QVERIFY(LookAlikes({}).found().empty());
    }
};

COUNTERSIGN_APPLESS_TEST(LookAlikesTest)
#include "LookAlikes_test.moc"
