#include "core/base/SecretBytes.h"

#include "tests/support/TestProgram.h"

#include <QTest>

#include <type_traits>

using namespace countersign;

class SecretBytesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isMoveOnly()
    {
        static_assert(!std::is_copy_constructible_v<SecretBytes> && !std::is_copy_assignable_v<SecretBytes>);
        SecretBytes a = SecretBytes::copyOf(std::string_view("secret"));
        SecretBytes b = std::move(a);
        QVERIFY(a.isEmpty());  // NOLINT(bugprone-use-after-move): the promise under test
        QCOMPARE(b.text(), std::string_view("secret"));
        SecretBytes c(3);
        c = std::move(b);
        QCOMPARE(c.text(), std::string_view("secret"));
        const SecretBytes d = c.clone();
        QVERIFY(d.data() != c.data());
        QVERIFY(d.equals(c.view()));
    }

    void startsAsZeros()
    {
        const SecretBytes zeros(64);
        QVERIFY(zeros.equals(Bytes(64, 0)));
        QVERIFY(SecretBytes(0).isEmpty());
        QVERIFY(SecretBytes().equals({}));
    }

    void compares()
    {
        const SecretBytes a = SecretBytes::copyOf(std::string_view("abc"));
        QVERIFY(a.equals(asBytes("abc")));
        QVERIFY(!a.equals(asBytes("abd")));
        QVERIFY(!a.equals(asBytes("ab")));
        QVERIFY(!a.equals({}));
    }

    void truncatesAndWipes()
    {
        SecretBytes a = SecretBytes::copyOf(std::string_view("abcdef"));
        a.truncate(10);
        QCOMPARE(a.size(), std::size_t(6));
        a.truncate(2);
        QCOMPARE(a.text(), std::string_view("ab"));
        a.wipe();
        QVERIFY(a.isEmpty());
        a.wipe();
    }

    void wipesForeignMemory()
    {
        std::string text = "plain";
        wipeMemory(text.data(), text.size());
        QCOMPARE(text, std::string(5, '\0'));
        wipeMemory(nullptr, 0);
    }

    void dropsExactlyOneNewline()
    {
        const auto dropped = [](std::string_view text) {
            SecretBytes secret = SecretBytes::copyOf(text);
            dropTrailingNewline(secret);
            return std::string(secret.text());
        };
        QCOMPARE(dropped("a\n"), std::string("a"));
        QCOMPARE(dropped("a\r\n"), std::string("a"));
        QCOMPARE(dropped("a\n\n"), std::string("a\n"));
        QCOMPARE(dropped("a "), std::string("a "));
        QCOMPARE(dropped("\n"), std::string());
        QCOMPARE(dropped(""), std::string());
    }

    void randomDiffers() { QVERIFY(!SecretBytes::random(32).equals(SecretBytes::random(32).view())); }
};

COUNTERSIGN_APPLESS_TEST(SecretBytesTest)
#include "SecretBytes_test.moc"
