#pragma once

#include <QObject>
#include <QSocketNotifier>

#include <memory>

namespace countersign {

/// Delivers SIGINT, SIGTERM and SIGHUP through the event loop. Ctrl+C, a service manager's SIGTERM and a
/// terminal that is closed must not end a program in the middle of what can be ended properly. While an
/// object of it lives, the first of them is told through the event loop; the second ends the program at once,
/// as it does without this class. What was ignored before (nohup) stays ignored. One object at a time;
/// nothing happens on Windows.
class TerminationSignals : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TerminationSignals)

public:
    explicit TerminationSignals(QObject* parent = nullptr);
    ~TerminationSignals() override;

Q_SIGNALS:
    void received();

private:
    std::unique_ptr<QSocketNotifier> m_notifier;
};

}  // namespace countersign
