#pragma once

#include "ui/session/control/RevocationControl.h"

#include <QWidget>

namespace countersign {

/// Saves the proof of a revocation where the operator wants it. The file is written beside the window's
/// thread: it may lie on a network that does not answer.
class ProofSaver : public QObject
{
    Q_OBJECT

public:
    /// window: over which it is asked.
    ProofSaver(RevocationControl& control, QWidget* window)
        : QObject(window), m_control(control), m_window(window)
    {}

    /// Asks for a file; nothing waits for the answer.
    void ask(const QString& revocationId);
    /// As a page where the file is called .html, else as the signed envelope.
    void save(const QString& revocationId, const QString& file);

Q_SIGNALS:
    void saved(const QString& file);
    void failed(const countersign::Error& error);

private:
    RevocationControl& m_control;
    QWidget* m_window = nullptr;
};

}  // namespace countersign
