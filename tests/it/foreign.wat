;; A destination function that fnhost did not make: written by hand after wit/destination.wit.
(component
  (import "fnhost:destination/console@1.0.0" (instance $console
    (type $levels (enum "trace" "debug" "info" "log" "warn" "error"))
    (export "level" (type $level (eq $levels)))
    (export "write" (func (param "level" $level) (param "message" string)))))

  (component $Handlers
    (import "console" (instance $console
      (type $levels (enum "trace" "debug" "info" "log" "warn" "error"))
      (export "level" (type $level (eq $levels)))
      (export "write" (func (param "level" $level) (param "message" string)))))

    (core module $Memory
      (memory (export "memory") 2)
      (global $next (mut i32) (i32.const 4096))
      ;; Nothing is given back: an instance lives for one event.
      (func (export "realloc") (param i32 i32) (param $align i32) (param $size i32) (result i32)
        (local $start i32)
        (local.set $start (i32.and
          (i32.add (global.get $next) (i32.sub (local.get $align) (i32.const 1)))
          (i32.sub (i32.const 0) (local.get $align))))
        (global.set $next (i32.add (local.get $start) (local.get $size)))
        (local.get $start)))
    (core instance $memory (instantiate $Memory))
    (alias core export $memory "memory" (core memory $mem))
    (alias core export $memory "realloc" (core func $realloc))
    (core func $write (canon lower (func $console "write") (memory $mem)))

    (core module $Code
      (import "memory" "memory" (memory 1))
      (import "memory" "realloc" (func $realloc (param i32 i32 i32 i32) (result i32)))
      (import "console" "write" (func $write (param i32 i32 i32)))
      (data (i32.const 16) "{\"event\":")
      (data (i32.const 32) "track came")
      (data (i32.const 48) "try again later")
      (data (i32.const 64) "not JSON")
      (data (i32.const 80) "alias not supported")
      (data (i32.const 112) "GroupError")
      (data (i32.const 128) "no groups here")
      (data (i32.const 144) "    at groups (foreign.wat:1:1)")
      (data (i32.const 176) "E7")
      (data (i32.const 192) "onTrackonPage")

      ;; The answer is written at 1024: result<string, error>.
      (func $ok (param $start i32) (param $length i32) (result i32)
        (i32.store8 (i32.const 1024) (i32.const 0))
        (i32.store (i32.const 1028) (local.get $start))
        (i32.store (i32.const 1032) (local.get $length))
        (i32.const 1024))
      (func $error (param $case i32) (param $start i32) (param $length i32) (result i32)
        (i32.store8 (i32.const 1024) (i32.const 1))
        (i32.store8 (i32.const 1028) (local.get $case))
        (i32.store (i32.const 1032) (local.get $start))
        (i32.store (i32.const 1036) (local.get $length))
        (i32.const 1024))

      ;; Returns the event in an object, and logs.
      (func (export "on-track") (param $event i32) (param $length i32) (param i32 i32) (result i32)
        (local $text i32)
        (call $write (i32.const 3) (i32.const 32) (i32.const 10))
        (local.set $text (call $realloc (i32.const 0) (i32.const 0) (i32.const 1) (i32.add (local.get $length) (i32.const 10))))
        (memory.copy (local.get $text) (i32.const 16) (i32.const 9))
        (memory.copy (i32.add (local.get $text) (i32.const 9)) (local.get $event) (local.get $length))
        (i32.store8 (i32.add (i32.add (local.get $text) (i32.const 9)) (local.get $length)) (i32.const 125))
        (call $ok (local.get $text) (i32.add (local.get $length) (i32.const 10))))
      ;; retry-error
      (func (export "on-page") (param i32 i32 i32 i32) (result i32)
        (call $error (i32.const 3) (i32.const 48) (i32.const 15)))
      ;; What is not JSON.
      (func (export "on-identify") (param i32 i32 i32 i32) (result i32)
        (call $ok (i32.const 64) (i32.const 8)))
      ;; A trap.
      (func (export "on-screen") (param i32 i32 i32 i32) (result i32)
        (unreachable))
      ;; uncaught, with all four members
      (func (export "on-group") (param i32 i32 i32 i32) (result i32)
        (drop (call $error (i32.const 5) (i32.const 112) (i32.const 10)))
        (i32.store (i32.const 1040) (i32.const 128))
        (i32.store (i32.const 1044) (i32.const 14))
        (i32.store (i32.const 1048) (i32.const 144))
        (i32.store (i32.const 1052) (i32.const 31))
        (i32.store8 (i32.const 1056) (i32.const 1))
        (i32.store (i32.const 1060) (i32.const 176))
        (i32.store (i32.const 1064) (i32.const 2))
        (i32.const 1024))
      ;; event-not-supported
      (func (export "on-alias") (param i32 i32 i32 i32) (result i32)
        (call $error (i32.const 0) (i32.const 80) (i32.const 19)))
      ;; Without end.
      (func (export "on-delete") (param i32 i32 i32 i32) (result i32)
        (loop $again (br $again))
        (unreachable))
      ;; Text that is outside of the memory.
      (func (export "on-batch") (param i32 i32 i32 i32) (result i32)
        (call $ok (i32.const -16) (i32.const 1000)))
      (func (export "defined") (result i32)
        (i32.store (i32.const 1024) (i32.const 1032))
        (i32.store (i32.const 1028) (i32.const 2))
        (i32.store (i32.const 1032) (i32.const 192))
        (i32.store (i32.const 1036) (i32.const 7))
        (i32.store (i32.const 1040) (i32.const 199))
        (i32.store (i32.const 1044) (i32.const 6))
        (i32.const 1024)))
    (core instance $code (instantiate $Code
      (with "memory" (instance $memory))
      (with "console" (instance (export "write" (func $write))))))

    (type $exceptions (record (field "name" string) (field "message" string) (field "stack" string) (field "code" (option string))))
    (export $exception "exception" (type $exceptions))
    (type $errors (variant
      (case "event-not-supported" string)
      (case "invalid-event-payload" string)
      (case "validation-error" string)
      (case "retry-error" string)
      (case "drop-event" string)
      (case "uncaught" $exception)))
    (export $error "error" (type $errors))
    (type $handler (func async (param "event" string) (param "settings" string) (result (result string (error $error)))))
    (type $batch (func async (param "events" string) (param "settings" string) (result (result string (error $error)))))

    (func $on-identify (type $handler) (canon lift (core func $code "on-identify") (memory $mem) (realloc $realloc)))
    (func $on-track (type $handler) (canon lift (core func $code "on-track") (memory $mem) (realloc $realloc)))
    (func $on-page (type $handler) (canon lift (core func $code "on-page") (memory $mem) (realloc $realloc)))
    (func $on-screen (type $handler) (canon lift (core func $code "on-screen") (memory $mem) (realloc $realloc)))
    (func $on-group (type $handler) (canon lift (core func $code "on-group") (memory $mem) (realloc $realloc)))
    (func $on-alias (type $handler) (canon lift (core func $code "on-alias") (memory $mem) (realloc $realloc)))
    (func $on-delete (type $handler) (canon lift (core func $code "on-delete") (memory $mem) (realloc $realloc)))
    (func $on-batch (type $batch) (canon lift (core func $code "on-batch") (memory $mem) (realloc $realloc)))
    (func $defined (result (list string)) (canon lift (core func $code "defined") (memory $mem)))
    (export "on-identify" (func $on-identify))
    (export "on-track" (func $on-track))
    (export "on-page" (func $on-page))
    (export "on-screen" (func $on-screen))
    (export "on-group" (func $on-group))
    (export "on-alias" (func $on-alias))
    (export "on-delete" (func $on-delete))
    (export "on-batch" (func $on-batch))
    (export "defined" (func $defined)))

  (instance $handlers (instantiate $Handlers (with "console" (instance $console))))
  (export "fnhost:destination/handlers@1.0.0" (instance $handlers)))
