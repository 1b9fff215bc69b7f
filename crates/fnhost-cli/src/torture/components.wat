;; Components that no compiler made. First what such a component imports, then a destination function written by hand after
;; wit/destination.wit, then cases: each is put into the function's core module, at `<module>`. Where it has a line `;; outside`,
;; what follows goes around the module, at `<component>`. A case that begins with `(component` is one by itself. A line
;; `;;# NAME: OUTCOME` begins a case, as in functions.js; `refused` is a component that must not be loaded.

;;# imports
  (import "fnhost:destination/console@1.0.0" (instance $console
    (type $levels (enum "trace" "debug" "info" "log" "warn" "error"))
    (export "level" (type $level (eq $levels)))
    (export "write" (func (param "level" $level) (param "message" string)))))
  (import "fnhost:destination/cache@1.0.0" (instance $cache
    (export "keep" (func (param "computed" u32) (param "value" string) (param "ttl-ms" (option u64))))))
  (import "fnhost:destination/compression@1.0.0" (instance $compression
    (export "crc32" (func (param "bytes" (list u8)) (param "value" u32) (result u32)))))
  (import "fnhost:destination/requests@1.0.0" (instance $requests
    (export "exchange" (type $exchange (sub resource)))
    (export "[constructor]exchange" (func (result (own $exchange))))
    (export "[method]exchange.cancel" (func (param "self" (borrow $exchange))))))

;;# template
(component
  <imports>
  (component $Handlers
    <imports>
    (core module $Memory
      (memory (export "memory") 2)
      (global $next (mut i32) (i32.const 4096))
      (data (i32.const 16) "1")
      (func (export "realloc") (param i32 i32 i32 i32) (result i32)
        (global.get $next)
        (global.set $next (i32.and (i32.add (i32.add (global.get $next) (local.get 3)) (i32.const 15)) (i32.const -16)))))
    (core instance $memory (instantiate $Memory))
    (alias core export $memory "memory" (core memory $mem))

    (type $exceptions (record (field "name" string) (field "message" string) (field "stack" string) (field "code" (option string))))
    (export $exception "exception" (type $exceptions))
    (type $errors (variant
      (case "event-not-supported" string) (case "invalid-event-payload" string) (case "validation-error" string)
      (case "retry-error" string) (case "drop-event" string) (case "uncaught" $exception)))
    (export $error "error" (type $errors))

    (alias export $requests "exchange" (type $exchange))
    (core func $write (canon lower (func $console "write") (memory $mem)))
    (core func $keep (canon lower (func $cache "keep") (memory $mem)))
    (core func $crc32 (canon lower (func $compression "crc32") (memory $mem)))
    (core func $open (canon lower (func $requests "[constructor]exchange")))
    (core func $cancel (canon lower (func $requests "[method]exchange.cancel")))
    (core func $drop (canon resource.drop $exchange))
    (core func $return (canon task.return (result (result string (error $error))) (memory $mem)))

    (core module $Code
      (import "memory" "memory" (memory 1))
      (import "memory" "realloc" (func $give (param i32 i32 i32 i32) (result i32)))
      (import "host" "write" (func $write (param i32 i32 i32)))
      (import "host" "keep" (func $keep (param i32 i32 i32 i32 i64)))
      (import "host" "crc32" (func $crc32 (param i32 i32 i32) (result i32)))
      (import "host" "open" (func $open (result i32)))
      (import "host" "cancel" (func $cancel (param i32)))
      (import "host" "drop" (func $drop (param i32)))
      (import "host" "return" (func $return (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)))
      ;; The answer is written at 1024: result<string, error>.
      (func $answer (param $case i32) (param $start i32) (param $length i32) (result i32)
        (i32.store (i32.const 1024) (local.get $case))
        (i32.store (i32.const 1028) (local.get $start))
        (i32.store (i32.const 1032) (local.get $length))
        (i32.const 1024))
      (func $one (result i32) (call $answer (i32.const 0) (i32.const 16) (i32.const 1)))
      (func (export "defined") (result i32) (i64.store (i32.const 1024) (i64.const 0)) (i32.const 1024))
      <module>)
    (core instance $code (instantiate $Code
      (with "memory" (instance $memory))
      (with "host" (instance
        (export "write" (func $write)) (export "keep" (func $keep)) (export "crc32" (func $crc32)) (export "open" (func $open))
        (export "cancel" (func $cancel)) (export "drop" (func $drop)) (export "return" (func $return))))))
    (alias core export $code "on-track" (core func $on-track))
    (alias core export $code "realloc" (core func $realloc))

    (type $handler (func async (param "event" string) (param "settings" string) (result (result string (error $error)))))
    (type $batch (func async (param "events" string) (param "settings" string) (result (result string (error $error)))))
    (func $on (type $handler) (canon lift (core func $on-track) <lift> (memory $mem) (realloc $realloc)))
    (func $on-batch (type $batch) (canon lift (core func $on-track) <lift> (memory $mem) (realloc $realloc)))
    (func $defined (result (list string)) (canon lift (core func $code "defined") (memory $mem)))
    <component>
    (export "on-identify" (func $on)) (export "on-track" (func $on)) (export "on-page" (func $on)) (export "on-screen" (func $on))
    (export "on-group" (func $on)) (export "on-alias" (func $on)) (export "on-delete" (func $on))
    (export "on-batch" (func $on-batch)) (export "defined" (func $defined)))
  (instance $handlers (instantiate $Handlers
    (with "fnhost:destination/console@1.0.0" (instance $console)) (with "fnhost:destination/cache@1.0.0" (instance $cache))
    (with "fnhost:destination/compression@1.0.0" (instance $compression))
    (with "fnhost:destination/requests@1.0.0" (instance $requests))))
  (export "fnhost:destination/handlers@1.0.0" (instance $handlers)))

;;# a component that does nothing wrong: returned
(func (export "on-track") (param i32 i32 i32 i32) (result i32) (call $one))

;;# a trap in the start function: Trap
(func $begin unreachable) (start $begin)

;;# a start function without end: OutOfFuel
(func $begin (loop $again (br $again))) (start $begin)

;;# a start function that asks for all memory: OutOfMemory
(func $begin (loop $again (br_if $again (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))) (start $begin)

;;# a start function that calls the host: returned Trap
(func $begin (call $write (i32.const 3) (i32.const 16) (i32.const 1))) (start $begin)

;;# a handler that never returns: OutOfFuel
(func (export "on-track") (param i32 i32 i32 i32) (result i32) (loop $again (br $again)) unreachable)

;;# a handler that calls itself without end: StackOverflow
(func $dive (param i32 i32 i32 i32) (result i32)
  (call $dive (local.get 0) (local.get 1) (local.get 2) (local.get 3)))
(export "on-track" (func $dive))

;;# a trap in a handler: Trap
(func (export "on-track") (param i32 i32 i32 i32) (result i32) unreachable)

;;# a division by nothing: Trap
(func (export "on-track") (param i32 i32 i32 i32) (result i32) (i32.div_s (i32.const 1) (i32.const 0)))

;;# a read outside of the memory: Trap
(func (export "on-track") (param i32 i32 i32 i32) (result i32) (i32.load (i32.const -4)))

;;# a call of another type: Trap
(table 1 funcref) (elem (i32.const 0) $one)
(func (export "on-track") (param i32 i32 i32 i32) (result i32) (call_indirect (param i64) (result i32) (i64.const 0) (i32.const 0)))

;;# an answer outside of the memory: Trap
(func (export "on-track") (param i32 i32 i32 i32) (result i32) (call $answer (i32.const 0) (i32.const -16) (i32.const 1000)))

;;# an answer where there is no memory: Trap
(func (export "on-track") (param i32 i32 i32 i32) (result i32) (i32.const -4))

;;# an answer that is not aligned: Trap
(func (export "on-track") (param i32 i32 i32 i32) (result i32) (i32.add (call $one) (i32.const 1)))

;;# an answer of a case that there is not: Trap
(func (export "on-track") (param i32 i32 i32 i32) (result i32) (call $answer (i32.const 77) (i32.const 16) (i32.const 1)))

;;# an error of a case that there is not: Trap
(func (export "on-track") (param i32 i32 i32 i32) (result i32) (call $answer (i32.const 1) (i32.const 77) (i32.const 1)))

;;# an answer that is not UTF-8: Trap
(data (i32.const 32) "\ff\fe\c0\80")
(func (export "on-track") (param i32 i32 i32 i32) (result i32) (call $answer (i32.const 0) (i32.const 32) (i32.const 4)))

;;# an answer that is not JSON: Trap
(data (i32.const 32) "{]")
(func (export "on-track") (param i32 i32 i32 i32) (result i32) (call $answer (i32.const 0) (i32.const 32) (i32.const 2)))

;;# an answer of nothing: Trap
(func (export "on-track") (param i32 i32 i32 i32) (result i32) (call $answer (i32.const 0) (i32.const 0) (i32.const 0)))

;;# an answer of 60 MiB: ValueTooLarge
(func (export "on-track") (param i32 i32 i32 i32) (result i32)
  (drop (memory.grow (i32.const 1000)))
  (memory.fill (i32.const 65536) (i32.const 0x31) (i32.const 62914560))
  (call $answer (i32.const 0) (i32.const 65536) (i32.const 62914560)))

;;# an error of 60 MiB: RetryError
(func (export "on-track") (param i32 i32 i32 i32) (result i32)
  (drop (memory.grow (i32.const 1000)))
  (drop (call $answer (i32.const 1) (i32.const 3) (i32.const 65536)))
  (i32.store (i32.const 1036) (i32.const 62914560))
  (i32.const 1024))

;;# an answer of deep JSON: returned Trap
(func (export "on-track") (param i32 i32 i32 i32) (result i32)
  (drop (memory.grow (i32.const 32)))
  (memory.fill (i32.const 65536) (i32.const 0x5b) (i32.const 500000))
  (memory.fill (i32.const 565536) (i32.const 0x5d) (i32.const 500000))
  (call $answer (i32.const 0) (i32.const 65536) (i32.const 1000000)))

;;# memory for the event where there is none: Trap
(func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const -8))

;;# memory for the event that is never found: OutOfFuel
(func (export "realloc") (param i32 i32 i32 i32) (result i32) (loop $again (br $again)) unreachable)

;;# memory for the event that calls the host: Trap returned
(func (export "realloc") (param i32 i32 i32 i32) (result i32)
  (call $write (i32.const 3) (i32.const 16) (i32.const 1)) (i32.const 8192))

;;# memory that grows until it is refused: OutOfMemory
(func (export "on-track") (param i32 i32 i32 i32) (result i32)
  (loop $again (br_if $again (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) (call $one))

;;# memory that grows to the edge, all of it written: returned
(func (export "on-track") (param i32 i32 i32 i32) (result i32)
  (drop (memory.grow (i32.sub (i32.const 1024) (memory.size))))
  (memory.fill (i32.const 65536) (i32.const 0x5e) (i32.const 67043328)) (call $one))

;;# memory that grows by a page more than the edge: OutOfMemory
(func (export "on-track") (param i32 i32 i32 i32) (result i32)
  (drop (memory.grow (i32.sub (i32.const 1025) (memory.size)))) (call $one))

;;# memory that grows by all there can be: OutOfMemory
(func (export "on-track") (param i32 i32 i32 i32) (result i32) (drop (memory.grow (i32.const -1))) (call $one))

;;# memory that grows by nothing without end: OutOfFuel
(func (export "on-track") (param i32 i32 i32 i32) (result i32)
  (loop $again (drop (memory.grow (i32.const 0))) (br $again)) unreachable)

;;# memory that is filled without end: OutOfFuel
(func (export "on-track") (param i32 i32 i32 i32) (result i32)
  (drop (memory.grow (i32.const 1000)))
  (loop $again (memory.fill (i32.const 65536) (i32.const 1) (i32.const 62914560)) (br $again)) unreachable)

;;# memory that is copied without end: OutOfFuel
(func (export "on-track") (param i32 i32 i32 i32) (result i32)
  (drop (memory.grow (i32.const 1000)))
  (loop $again (memory.copy (i32.const 65536) (i32.const 65537) (i32.const 62914559)) (br $again)) unreachable)

;;# a table that is filled without end: OutOfFuel
(table $table 90000 funcref)
(func (export "on-track") (param i32 i32 i32 i32) (result i32)
  (loop $again (table.fill $table (i32.const 0) (ref.null func) (i32.const 90000)) (br $again)) unreachable)

;;# a table that is copied without end: OutOfFuel
(table $table 90000 funcref)
(func (export "on-track") (param i32 i32 i32 i32) (result i32)
  (loop $again (table.copy $table $table (i32.const 0) (i32.const 1) (i32.const 89999)) (br $again)) unreachable)

;;# a table that grows by nothing without end: OutOfFuel
(table $table 1 funcref)
(func (export "on-track") (param i32 i32 i32 i32) (result i32)
  (loop $again (drop (table.grow $table (ref.null func) (i32.const 0))) (br $again)) unreachable)

;;# a table that grows until it is refused, and goes on: returned
(table $table 1 funcref)
(func (export "on-track") (param i32 i32 i32 i32) (result i32)
  (loop $again (br_if $again (i32.ne (table.grow $table (ref.null func) (i32.const 1000)) (i32.const -1)))) (call $one))

;;# a table of all there can be: refused
(table 4294967295 funcref)

;;# a memory of 4 GiB: refused
(memory 65536)

;;# a memory of 100 MiB: OutOfMemory
(memory 1600)

;;# a memory of 64 bits: returned refused
(memory i64 1)

;;# a shared memory: refused
(memory 1 1 shared)

;;# more memories than there may be: refused
(memory 1) (memory 1) (memory 1)

;;# more tables than there may be: refused
(table 1 funcref) (table 1 funcref) (table 1 funcref) (table 1 funcref) (table 1 funcref)
(table 1 funcref) (table 1 funcref) (table 1 funcref) (table 1 funcref)

;;# data outside of the memory: Trap
(data (i32.const -1) "x")

;;# a module that is not valid: refused
(func (export "on-track") (param i32 i32 i32 i32) (result i32) (i64.const 1))

;;# a handler of another core type: refused
(func (export "on-track") (param i64) (result i32) (i32.const 1024))

;;# no handler: refused
;; outside
(alias core export $code "on-nothing" (core func $nothing))

;;# calling oneself through the host: Trap
(table $self (export "table") 1 funcref)
(func (export "on-track") (param i32 i32 i32 i32) (result i32)
  (local.get 0) (local.get 1) (local.get 2) (local.get 3) (i32.const 2048) (i32.const 0)
  (call_indirect $self (param i32 i32 i32 i32 i32))
  (call $one))
;; outside
(core func $again (canon lower (func $on) (memory $mem) (realloc $realloc)))
(core module $Fill
  (import "code" "table" (table 1 funcref))
  (import "host" "on" (func $on (param i32 i32 i32 i32 i32)))
  (elem (i32.const 0) $on))
(core instance (instantiate $Fill (with "code" (instance $code)) (with "host" (instance (export "on" (func $again))))))

;;# a log line of a level that there is not: Trap
(func (export "on-track") (param i32 i32 i32 i32) (result i32) (call $write (i32.const 77) (i32.const 16) (i32.const 1)) (call $one))

;;# a log line outside of the memory: Trap
(func (export "on-track") (param i32 i32 i32 i32) (result i32) (call $write (i32.const 3) (i32.const -16) (i32.const -1)) (call $one))

;;# a log line that is not UTF-8: Trap
(data (i32.const 32) "\ff\fe\c0\80")
(func (export "on-track") (param i32 i32 i32 i32) (result i32) (call $write (i32.const 3) (i32.const 32) (i32.const 4)) (call $one))

;;# log lines of 60 MiB without end: OutOfFuel
(func (export "on-track") (param i32 i32 i32 i32) (result i32)
  (drop (memory.grow (i32.const 1000)))
  (loop $again (call $write (i32.const 3) (i32.const 65536) (i32.const 62914560)) (br $again)) unreachable)

;;# bytes of 60 MiB for the host without end: OutOfFuel
(func (export "on-track") (param i32 i32 i32 i32) (result i32)
  (drop (memory.grow (i32.const 1000)))
  (loop $again (drop (call $crc32 (i32.const 65536) (i32.const 62914560) (i32.const 0))) (br $again)) unreachable)

;;# keeping what nobody asked to compute: returned Trap
(func (export "on-track") (param i32 i32 i32 i32) (result i32)
  (call $keep (i32.const -1) (i32.const 16) (i32.const 1) (i32.const 1) (i64.const -1)) (call $one))

;;# keeping with an option that is none: Trap
(func (export "on-track") (param i32 i32 i32 i32) (result i32)
  (call $keep (i32.const 0) (i32.const 16) (i32.const 1) (i32.const 77) (i64.const 0)) (call $one))

;;# a resource that there is not: Trap
(func (export "on-track") (param i32 i32 i32 i32) (result i32) (call $cancel (i32.const 12345)) (call $one))

;;# a resource that is dropped twice: Trap
(func (export "on-track") (param i32 i32 i32 i32) (result i32)
  (local $it i32) (local.set $it (call $open)) (call $drop (local.get $it)) (call $drop (local.get $it)) (call $one))

;;# a resource that is used after it was dropped: Trap
(func (export "on-track") (param i32 i32 i32 i32) (result i32)
  (local $it i32) (local.set $it (call $open)) (call $drop (local.get $it)) (call $cancel (local.get $it)) (call $one))

;;# resources without end: Trap OutOfFuel
(func (export "on-track") (param i32 i32 i32 i32) (result i32) (loop $again (drop (call $open)) (br $again)) unreachable)

;;# a callback that yields without end: OutOfFuel Timeout
(func (export "on-track") (param i32 i32 i32 i32) (result i32) (i32.const 1))
(func (export "callback") (param i32 i32 i32) (result i32) (i32.const 1))

;;# a callback that waits for nothing: Trap Unsettled Timeout
(func (export "on-track") (param i32 i32 i32 i32) (result i32) (i32.const 0x102))
(func (export "callback") (param i32 i32 i32) (result i32) (i32.const 0))

;;# a callback that ends without an answer: Trap Unsettled
(func (export "on-track") (param i32 i32 i32 i32) (result i32) (i32.const 0))
(func (export "callback") (param i32 i32 i32) (result i32) (i32.const 0))

;;# a callback that says what there is not: Trap
(func (export "on-track") (param i32 i32 i32 i32) (result i32) (i32.const 77))
(func (export "callback") (param i32 i32 i32) (result i32) (i32.const 77))

;;# an answer that is given twice: Trap
(func $give-one (call $return (i32.const 0) (i32.const 16) (i32.const 1)
  (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
(func (export "on-track") (param i32 i32 i32 i32) (result i32) (call $give-one) (call $give-one) (i32.const 0))
(func (export "callback") (param i32 i32 i32) (result i32) (i32.const 0))

;;# an answer, and then no end: OutOfFuel Timeout returned
(func (export "on-track") (param i32 i32 i32 i32) (result i32)
  (call $return (i32.const 0) (i32.const 16) (i32.const 1)
    (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))
  (loop $again (br $again)) unreachable)
(func (export "callback") (param i32 i32 i32) (result i32) (i32.const 0))

;;# an answer from the wrong place: Trap
(func (export "on-track") (param i32 i32 i32 i32) (result i32)
  (call $return (i32.const 0) (i32.const 16) (i32.const 1)
    (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))
  (call $one))

;;# an empty component: refused
(component)

;;# an import that nobody offers: refused
(component (import "acme:things/store@1.0.0" (instance (export "get" (func (result string))))))

;;# files of the host as an import: refused
(component (import "wasi:filesystem/preopens@0.2.0" (instance (export "get-directories" (func (result (list u32)))))))

;;# sockets of the host as an import: refused
(component (import "wasi:sockets/instance-network@0.2.0" (instance
  (export "network" (type $network (sub resource))) (export "instance-network" (func (result (own $network)))))))

;;# variables of the host as an import: refused
(component (import "wasi:cli/environment@0.3.0" (instance
  (export "get-environment" (func (result (list (tuple string string))))))))

;;# an import of the wrong type: refused
(component (import "fnhost:destination/console@1.0.0" (instance (export "write" (func (param "level" u32) (param "message" u64))))))

;;# an import of what belongs to another: refused
(component (import "fnhost:destination/handlers@1.0.0" (instance (export "defined" (func (result (list string)))))))

;;# handlers of other types: refused
(component
  (core module $M (func (export "f") (param i32) (result i32) (local.get 0)))
  (core instance $m (instantiate $M))
  (func $f (param "event" u32) (result u32) (canon lift (core func $m "f")))
  (instance $handlers (export "on-track" (func $f)) (export "defined" (func $f)))
  (export "fnhost:destination/handlers@1.0.0" (instance $handlers)))

;;# handlers that are no instance: refused
(component
  (core module $M (func (export "f") (param i32) (result i32) (local.get 0)))
  (core instance $m (instantiate $M))
  (func $f (param "event" u32) (result u32) (canon lift (core func $m "f")))
  (export "fnhost:destination/handlers@1.0.0" (func $f)))
