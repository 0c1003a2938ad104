#pragma once

#include <QFont>
#include <QLabel>

namespace countersign {

/// A label that never takes its text for markup. With a font only where it differs from the body.
QLabel* plainLabel(const QString& text, QWidget* parent);
QLabel* plainLabel(const QString& text, QWidget* parent, const QFont& font);
/// Secondary words.
QLabel* mutedLabel(const QString& text, QWidget* parent);
/// Heads of groups in detail panes.
QLabel* sectionLabel(const QString& text, QWidget* parent);
/// Another role (ui/theme/StyleSheet.cpp) for what is shown already.
void setRole(QWidget* widget, const QString& role);
/// A value to be read and copied, wrapped anywhere.
QLabel* valueLabel(const QString& text, QWidget* parent);

}  // namespace countersign
