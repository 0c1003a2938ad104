#pragma once

#include "core/base/SecretBytes.h"

#include <QObject>
#include <QSocketNotifier>

#include <cstddef>
#include <memory>

namespace countersign {

/// A socket pair that carries a secret to a child's standard input. QProcess::write() keeps what it is given
/// in ordinary memory until the child has read it. A share goes to a child through this channel instead: from
/// guarded memory straight into the kernel. One end is ours, the other becomes the child's standard input.
/// Our end stays open after the request, so that the child notices when we are gone. Not on Windows.
class SecretChannel : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SecretChannel)

public:
    /// Null when the system gives no pair of sockets (or on Windows).
    static std::unique_ptr<SecretChannel> open();
    /// Closes our end, and the child's if it still is ours.
    ~SecretChannel() override;

    /// What the child has to dup2() onto its standard input; -1 after closeChildEnd().
    int childEnd() const { return m_childEnd; }
    /// Once the child has been forked.
    void closeChildEnd();

    /// Once. Never blocks; sent() comes when the kernel has all of it, and bytes is wiped then. A child that
    /// ends before it has read all stops the sending silently: its end is told by its process.
    void send(SecretBytes bytes);

Q_SIGNALS:
    void sent();

private:
    SecretChannel(int ourEnd, int childEnd);
    void sendSome();

    int m_ourEnd;
    int m_childEnd;
    SecretBytes m_bytes;
    std::size_t m_used = 0;
    std::unique_ptr<QSocketNotifier> m_writable;
};

}  // namespace countersign
