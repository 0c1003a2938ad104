#include "core/mpc/sdk/SecretChannel.h"

#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"

#include <QSignalSpy>
#include <QTest>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace countersign;

namespace {

/// What the other end has to read at once, at most.
std::string readSome(int end, std::size_t most)
{
    std::string buffer(most, '\0');
    const auto count = ::recv(end, buffer.data(), most, MSG_DONTWAIT);
    buffer.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return buffer;
}

}  // namespace

class SecretChannelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void moreThanTheKernelHoldsIsSentInPieces()
    {
        const auto channel = SecretChannel::open();
        QVERIFY(channel);
        QSignalSpy sent(channel.get(), &SecretChannel::sent);
        const SecretBytes secret = SecretBytes::random(3 * 1024 * 1024);
        channel->send(secret.clone());
        std::string received;
        QTRY_VERIFY_WITH_TIMEOUT(
            [&] {
                received += readSome(channel->childEnd(), 1024 * 1024);
                return received.size() >= secret.size();
            }(),
            patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(sent.count(), 1, patienceMs);
        QVERIFY(secret.equals(asBytes(received)));
    }

    void aReaderThatEndsEarlyIsNoDisaster()
    {
        const auto channel = SecretChannel::open();
        QSignalSpy sent(channel.get(), &SecretChannel::sent);
        channel->closeChildEnd();
        QCOMPARE(channel->childEnd(), -1);
        channel->send(SecretBytes::random(1024));
        QTest::qWait(50);
        QCOMPARE(sent.count(), 0);
    }

    void theOtherEndNoticesOurEnd()
    {
        auto channel = SecretChannel::open();
        const int end = ::dup(channel->childEnd());
        char byte = 0;
        QCOMPARE(::recv(end, &byte, 1, MSG_DONTWAIT), ssize_t(-1));
        channel.reset();
        QCOMPARE(::recv(end, &byte, 1, MSG_DONTWAIT), ssize_t(0));
        ::close(end);
    }

    void noEndIsInherited()
    {
        const auto channel = SecretChannel::open();
        QVERIFY((::fcntl(channel->childEnd(), F_GETFD) & FD_CLOEXEC) != 0);
    }
};

COUNTERSIGN_GUILESS_TEST(SecretChannelTest)
#include "SecretChannel_test.moc"
