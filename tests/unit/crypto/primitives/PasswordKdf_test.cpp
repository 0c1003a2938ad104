#include "core/crypto/primitives/PasswordKdf.h"

#include "core/base/encoding/Hex.h"
#include "tests/support/TestProgram.h"

#include <QTest>

#include <algorithm>

using namespace countersign;

namespace {

/// The cheapest that is accepted, so that the test is short.
PasswordKdfParameters cheap()
{
    PasswordKdfParameters parameters;
    parameters.operations = 1;
    parameters.memoryBytes = 8ULL << 20U;
    std::ranges::copy(asBytes("0123456789abcdef"), parameters.salt.begin());
    return parameters;
}

std::string passwordKdfKeyOf(std::string_view passphrase, const PasswordKdfParameters& parameters)
{
    const auto key = derivePasswordKey(SecretBytes::copyOf(passphrase), parameters);
    return key ? toHex(key->view()) : std::string();
}

}  // namespace

class PasswordKdfTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void dependsOnEveryInput()
    {
        const std::string key = passwordKdfKeyOf("correct horse", cheap());
        QCOMPARE(key.size(), std::size_t(64));
        QCOMPARE(passwordKdfKeyOf("correct horse", cheap()), key);
        QVERIFY(passwordKdfKeyOf("correct horsf", cheap()) != key);
        QVERIFY(passwordKdfKeyOf("correct horse ", cheap()) != key);
        PasswordKdfParameters other = cheap();
        other.salt[15] ^= 1;
        QVERIFY(passwordKdfKeyOf("correct horse", other) != key);
        other = cheap();
        other.operations = 2;
        QVERIFY(passwordKdfKeyOf("correct horse", other) != key);
        other = cheap();
        other.memoryBytes = 9ULL << 20U;
        QVERIFY(passwordKdfKeyOf("correct horse", other) != key);
    }

    /// Computed with the reference implementation's command line tool:
    /// printf 'correct horse' | argon2 0123456789abcdef -id -t 1 -k 8192 -p 1 -l 32 -r
    void isArgon2id()
    {
        QCOMPARE(passwordKdfKeyOf("correct horse", cheap()),
                 std::string("eb8cf0e32ea118d4865b51d32836a373be04224269089f805015c3b29cab1445"));
    }

    void freshSaltsDiffer()
    {
        const auto a = PasswordKdfParameters::fresh();
        const auto b = PasswordKdfParameters::fresh();
        QVERIFY(a.salt != b.salt);
        QVERIFY(derivePasswordKey(SecretBytes::copyOf(std::string_view("x")), a).has_value());
    }

    void refusesWhatIsOutOfBounds()
    {
        QVERIFY(passwordKdfKeyOf("", cheap()).empty());
        for (const std::uint32_t operations : {0U, 17U, 0xffffffffU}) {
            PasswordKdfParameters bad = cheap();
            bad.operations = operations;
            QVERIFY(passwordKdfKeyOf("x", bad).empty());
        }
        for (const std::uint64_t memory : {std::uint64_t{0}, (std::uint64_t{8} << 20U) - 1,
                                           (std::uint64_t{1} << 30U) + 1, ~std::uint64_t{0}}) {
            PasswordKdfParameters bad = cheap();
            bad.memoryBytes = memory;
            QVERIFY(passwordKdfKeyOf("x", bad).empty());
        }
    }
};

COUNTERSIGN_APPLESS_TEST(PasswordKdfTest)
#include "PasswordKdf_test.moc"
