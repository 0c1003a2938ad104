#include "core/policy/operators/Operator.h"

#include "core/base/encoding/Hex.h"
#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

namespace {

Operator named(const std::string& name, const std::vector<std::string>& groups = {})
{
    return {.name = name,
            .publicKey = *ed25519::publicKey(SecretBytes::random(ed25519::seedBytes)),
            .groups = groups,
            .addedAt = 0};
}

}  // namespace

class OperatorTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsKeys()
    {
        const auto key = named("a").publicKey;
        QCOMPARE(*parseOperatorKey(toHex(key)), key);
        QCOMPARE(*parseOperatorKey(toHexPrefixed(key)), key);
        // The point (0, 1) and others of low order, what is no point, and what is no key.
        const std::string one = "01" + std::string(62, '0');
        const std::string orderEight = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a";
        for (const std::string& text :
             {std::string(), toHex(key).substr(2), toHex(key) + "00", std::string(64, '0'),
              std::string(64, 'f'), std::string(64, 'x'), one, orderEight, ' ' + toHex(key)}) {
            QCOMPARE(parseOperatorKey(text).error().code, ErrorCode::InvalidInput);
        }
    }

    void sortsGroups()
    {
        const auto checked = checkedOperator(named("Anna", {"treasury", "desk-2", "treasury"}));
        QVERIFY(checked->groups == (std::vector<std::string>{"desk-2", "treasury"}));
    }

    void refusesWhatMisleads()
    {
        QVERIFY(checkedOperator(named(std::string(64, 'a'))));
        QVERIFY(checkedOperator(named("Jürgen Groß")));
        for (const char* name : {"", " Anna", "An\nna", "Anna\xe2\x80\xae", "\xff"}) {
            QCOMPARE(checkedOperator(named(name)).error().code, ErrorCode::InvalidInput);
        }
        QCOMPARE(checkedOperator(named(std::string(65, 'a'))).error().code, ErrorCode::InvalidInput);
        for (const char* group : {"", "a b", "a;b", "\xc3\xa4", "a\n"}) {
            QCOMPARE(checkedOperator(named("Anna", {group})).error().code, ErrorCode::InvalidInput);
        }
        QVERIFY(checkedOperator(named("Anna", {std::string(32, 'g')})));
        QVERIFY(!checkedOperator(named("Anna", {std::string(33, 'g')})));
        // "from": ["anna"] would mean both.
        QCOMPARE(checkedOperator(named("Anna", {"anna"})).error().code, ErrorCode::InvalidInput);
        std::vector<std::string> groups;
        for (char c = 'a'; c <= 'q'; ++c) {
            groups.emplace_back(1, c);
        }
        QCOMPARE(checkedOperator(named("Anna", groups)).error().code, ErrorCode::InvalidInput);
        groups.pop_back();
        QVERIFY(checkedOperator(named("Anna", groups)));
        Operator keyless = named("Anna");
        keyless.publicKey = {};
        QCOMPARE(checkedOperator(keyless).error().code, ErrorCode::InvalidInput);
    }
};

COUNTERSIGN_GUILESS_TEST(OperatorTest)
#include "Operator_test.moc"
