#pragma once

#include "core/vault/Vault.h"

#include <QWidget>

namespace countersign {

/// The banner across the top that tells a demonstration from the real thing at a glance. It is hatched for a
/// demonstration profile and plain for a real one, and says in words which it is.
class EnvironmentBanner : public QWidget
{
    Q_OBJECT

public:
    enum class Kind { Unknown, NoProfile, Real, Demonstration };

    explicit EnvironmentBanner(QWidget* parent = nullptr);

    void setKind(Kind kind);
    /// The Dynamic environment's id, once it was read.
    void setEnvironment(const QString& environmentId);
    Kind kind() const { return m_kind; }
    QString text() const;
    QSize sizeHint() const override { return {400, 28}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Kind m_kind = Kind::Unknown;
    QString m_environment;
};

}  // namespace countersign
